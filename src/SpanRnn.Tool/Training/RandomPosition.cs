using System.Globalization;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Training;

/// <summary>Where a stream of random numbers is, as text for a checkpoint.</summary>
internal static class RandomPosition
{
    /// <summary>Four words in hexadecimal.</summary>
    public static string Write(RandomState state) =>
        string.Create(CultureInfo.InvariantCulture, $"{state.A:x16} {state.B:x16} {state.C:x16} {state.D:x16}");

    /// <summary>The same, back.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static RandomState Read(string text)
    {
        string[] words = text.Split(' ');
        return words.Length == 4
            ? new RandomState(Word(words[0]), Word(words[1]), Word(words[2]), Word(words[3]))
            : throw new FormatException($"expected four words of a random state, found '{text}'.");
    }

    private static ulong Word(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
