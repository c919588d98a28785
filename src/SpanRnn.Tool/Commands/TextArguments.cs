using System.CommandLine;
using SpanRnn.Tool.Text;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Commands;

/// <summary>Which text, and which part of it.</summary>
internal sealed class TextArguments
{
    public Option<string?> Text { get; } = new("--text") { Description = "A UTF-8 text; without it, hotel reviews that come with the tool.", HelpName = "FILE" };

    public Option<int?> First { get; } = Value.Whole("--first", "Take only the first N characters.", 1, int.MaxValue);

    public Option<double?> HeldOut { get; } =
        Value.Number("--held-out", "The part at the end that is kept from training, to be measured on (0.1).", 0, 0.9);

    public Option<bool> KeepLines { get; } = new("--keep-lines") { Description = "Line breaks are characters too (as with a file)." };

    public Option<bool> DropLines { get; } = new("--drop-lines") { Description = "Line breaks are left out (as with the reviews)." };

    /// <summary>The options that change what is learnt from.</summary>
    public Option[] All => [Text, First, HeldOut, KeepLines, DropLines];

    /// <summary>What to make of the text.</summary>
    /// <exception cref="ToolException">The options contradict each other.</exception>
    public TextOptions Options(ParseResult line)
    {
        bool keep = line.GetValue(KeepLines), drop = line.GetValue(DropLines);
        if (keep && drop)
        {
            throw new ToolException("--keep-lines, --drop-lines: expected one of the two, found both.");
        }

        return new TextOptions { DropLineBreaks = keep ? false : drop ? true : null, First = line.GetValue(First), HeldOut = line.GetValue(HeldOut) ?? 0.1 };
    }

    /// <summary>Reads the text for sequences of so many characters.</summary>
    /// <exception cref="ToolException">It cannot be read, or is too short.</exception>
    public static Corpus Read(string? path, TextOptions options, int steps)
    {
        TextOptions enough = options with { Minimum = steps + 1 };
        return new Corpus(path is null ? TextSource.Embedded(enough) : TextSource.File(path, enough), steps);
    }
}
