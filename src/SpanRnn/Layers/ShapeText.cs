using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace SpanRnn.Layers;

/// <summary>The shape in a message of <see cref="Checks"/>, written only if the length is wrong.</summary>
[InterpolatedStringHandler]
internal readonly ref struct ShapeText
{
    private readonly StringBuilder? _text;

    public ShapeText(int literalLength, int formattedCount, int found, long expected, out bool isNeeded)
    {
        isNeeded = found != expected;
        _text = isNeeded ? new StringBuilder(literalLength + 4 * formattedCount) : null;
    }

    public void AppendLiteral(string text) => _text!.Append(text);

    public void AppendFormatted(int number) => _text!.Append(CultureInfo.InvariantCulture, $"{number}");

    public override string ToString() => _text?.ToString() ?? "";
}
