using System.Text.Json.Nodes;
using Spectre.Console;
using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Experiments.SurnameWriting;

/// <summary>What a writer does in one language: its bits beside the bigrams', and names that it wrote.</summary>
internal sealed record WrittenNames
{
    public required string Language { get; init; }

    /// <summary>Names to be judged by.</summary>
    public required int Names { get; init; }

    public required double Bits { get; init; }

    public required double BigramBits { get; init; }

    /// <summary>What was written, and whether the name is also one of those to learn from.</summary>
    public required IReadOnlyList<(string Name, bool IsKnown)> Written { get; init; }

    /// <summary>A row for each language; a star marks a name that was learnt rather than made up.</summary>
    public static Table ToTable(IEnumerable<WrittenNames> languages)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("language");
        foreach (string column in (string[])["names", "bits per character", "bigrams"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddColumn("written (* also in the data)");
        foreach (WrittenNames row in languages)
        {
            table.AddRow(
            [
                Markup.Escape(row.Language), Figures.Whole(row.Names), WriterTraining.Bits.Text(row.Bits), WriterTraining.Bits.Text(row.BigramBits),
                Markup.Escape(string.Join(", ", row.Written.Select(name => name.IsKnown ? $"{name.Name}*" : name.Name))),
            ]);
        }

        return table;
    }

    public JsonObject ToJson() => new()
    {
        ["language"] = Language,
        ["names"] = Names,
        ["bitsPerCharacter"] = Bits,
        ["bigramBitsPerCharacter"] = BigramBits,
        ["written"] = new JsonArray([.. Written.Select(name => (JsonNode)name.Name)]),
        ["known"] = new JsonArray([.. Written.Select(name => (JsonNode)name.IsKnown)]),
    };
}
