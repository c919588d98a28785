using System.Text;
using SpanRnn.Models;

namespace SpanRnn.Samples.Keyboard;

/// <summary>The characters of the keyboard: printable ASCII, the new line, those of the first text, and one for all others.</summary>
internal sealed class Alphabet
{
    private const int Other = 0xFFFD;

    private readonly Vocabulary _vocabulary;
    private readonly bool[] _isLetter;
    private readonly int _other;

    public Alphabet(string text)
    {
        var all = new StringBuilder("\n").Append((char)Other);
        for (char c = ' '; c <= '~'; c++)
        {
            all.Append(c);
        }

        foreach (Rune rune in text.EnumerateRunes())
        {
            all.Append(rune.ToString()); // half a pair becomes Other
        }

        _vocabulary = Vocabulary.Of(all.ToString());
        _other = _vocabulary.IndexOf(new Rune(Other));
        _isLetter = [.. Enumerable.Range(0, _vocabulary.Count).Select(i => Rune.IsLetter(_vocabulary[i]) || _vocabulary[i].Value == '\'')];
        NewLine = _vocabulary.IndexOf(new Rune('\n'));
    }

    public int Count => _vocabulary.Count;

    /// <summary>The token that ends a line.</summary>
    public int NewLine { get; }

    /// <summary>Whether a token goes on with a word.</summary>
    public bool IsLetter(int token) => _isLetter[token];

    /// <summary>A character that is not there becomes the one for all others.</summary>
    public int TokenOf(Rune rune) => _vocabulary.TryIndexOf(rune, out int token) ? token : _other;

    /// <summary>One token for each character; carriage returns are dropped.</summary>
    public int[] Encode(string text) => [.. text.EnumerateRunes().Where(rune => rune.Value != '\r').Select(TokenOf)];

    public string Decode(ReadOnlySpan<int> tokens) => _vocabulary.Decode(tokens);
}
