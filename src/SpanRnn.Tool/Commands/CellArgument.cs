using System.CommandLine.Parsing;
using SpanRnn.Layers;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Commands;

/// <summary>Cells by name.</summary>
internal static class CellArgument
{
    /// <summary>Names with commas between them.</summary>
    public static CellKind[]? ParseMany(ArgumentResult result, string option)
    {
        var cells = new List<CellKind>();
        foreach (string id in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!CellNames.TryParse(id, out CellKind cell))
            {
                result.AddError($"{option}: expected cells of {CellNames.Choices}, found '{id}'.");
                return null;
            }

            if (cells.Contains(cell))
            {
                result.AddError($"{option}: expected each cell once, found '{id}' again.");
                return null;
            }

            cells.Add(cell);
        }

        return [.. cells];
    }

    /// <summary>One name.</summary>
    public static CellKind? ParseOne(ArgumentResult result, string option)
    {
        string id = result.Tokens[0].Value;
        if (CellNames.TryParse(id, out CellKind cell))
        {
            return cell;
        }

        result.AddError($"{option}: expected one of {CellNames.Choices}, found '{id}'.");
        return null;
    }
}
