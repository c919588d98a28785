using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SpanRnn.Models;

/// <summary>
/// The symbols of a character model: an immutable mapping between Unicode scalar values and the indices 0 to
/// <see cref="Count"/> - 1, in the order of their code points.
/// </summary>
/// <remarks>
/// A symbol is a <see cref="Rune"/>, not a <see cref="char"/>: a surrogate pair is one symbol, so a model can never write
/// half of one. Positions in messages count the <see cref="char"/>s of the text from 0. Safe to share between threads.
/// </remarks>
public sealed class Vocabulary
{
    private readonly Rune[] _symbols;                                  // strictly ascending, so a lookup is a binary search

    private Vocabulary(Rune[] symbols) => _symbols = symbols;

    /// <summary>The number of symbols, at least 1.</summary>
    public int Count => _symbols.Length;

    /// <summary>The symbol of an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not in 0 to <see cref="Count"/> - 1.</exception>
    public Rune this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_symbols.Length) ThrowNoSuchToken(index, null, nameof(index));
            return _symbols[index];
        }
    }

    /// <summary>The vocabulary of a text: each of its symbols once, sorted.</summary>
    /// <exception cref="ArgumentException"><paramref name="text"/> is empty.</exception>
    /// <exception cref="ArgumentException"><paramref name="text"/> contains half of a surrogate pair.</exception>
    public static Vocabulary Of(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) throw new ArgumentException("text: a vocabulary needs at least 1 character, found 0.", nameof(text));
        var seen = new HashSet<Rune>();
        for (int at = 0; at < text.Length;) seen.Add(Next(text, ref at));
        var symbols = new Rune[seen.Count];
        seen.CopyTo(symbols);
        Array.Sort(symbols);
        return new Vocabulary(symbols);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="symbols">Every symbol once, by ascending code point.</param>
    /// <exception cref="FormatException"><paramref name="symbols"/> is empty.</exception>
    /// <exception cref="FormatException"><paramref name="symbols"/> contains half of a surrogate pair.</exception>
    /// <exception cref="FormatException"><paramref name="symbols"/> is not sorted or repeats a symbol.</exception>
    public static Vocabulary Parse(ReadOnlySpan<char> symbols)
    {
        if (symbols.IsEmpty) throw new FormatException("symbols: a vocabulary needs at least 1 character, found 0.");
        var list = new List<Rune>(symbols.Length);
        for (int at = 0; at < symbols.Length;)
        {
            int start = at;
            if (Rune.DecodeFromUtf16(symbols[at..], out Rune symbol, out int length) != OperationStatus.Done)
                throw new FormatException($"symbols: half a surrogate pair, U+{(int)symbols[start]:X4}, at position {start}.");
            if (list.Count > 0 && symbol <= list[^1])
            {
                throw new FormatException(
                    $"symbols: expected a code point above {Name(list[^1])} at position {start}, found {Name(symbol)}.");
            }
            list.Add(symbol);
            at += length;
        }
        return new Vocabulary([.. list]);
    }

    /// <summary>The symbols concatenated in the order of their indices: <see cref="Parse"/> reads it back.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Count);
        for (int i = 0; i < Count; i++) AppendTo(text, i);
        return text.ToString();
    }

    /// <summary>Finds the index of a symbol. Cost: a binary search; allocates nothing.</summary>
    /// <returns>Whether the symbol is in the vocabulary; if not, <paramref name="index"/> is -1.</returns>
    public bool TryIndexOf(Rune symbol, out int index)
    {
        index = Math.Max(-1, _symbols.AsSpan().BinarySearch(symbol));
        return index >= 0;
    }

    /// <summary>The index of a symbol.</summary>
    /// <exception cref="ArgumentException"><paramref name="symbol"/> is not in the vocabulary.</exception>
    public int IndexOf(Rune symbol) => TryIndexOf(symbol, out int index)
        ? index
        : throw new ArgumentException($"symbol: {Name(symbol)} is not one of the {Count} symbols of the vocabulary.", nameof(symbol));

    /// <summary>Writes the index of every symbol of a text. Allocates nothing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">
    /// Receives the indices; as many elements as <paramref name="text"/> has always suffice. Written in part if the call throws.
    /// </param>
    /// <returns>The number of indices written: the number of Unicode scalar values of <paramref name="text"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="text"/> contains a character that is not in the vocabulary.</exception>
    /// <exception cref="ArgumentException"><paramref name="text"/> contains half of a surrogate pair.</exception>
    /// <exception cref="ArgumentException"><paramref name="tokens"/> is too short.</exception>
    public int Encode(ReadOnlySpan<char> text, Span<int> tokens)
    {
        int count = 0;
        for (int at = 0; at < text.Length;)
        {
            int start = at;
            Rune symbol = Next(text, ref at);
            if (!TryIndexOf(symbol, out int index)) ThrowUnknown(symbol, start);
            if (count == tokens.Length) ThrowTooShort(text, tokens.Length);
            tokens[count++] = index;
        }
        return count;
    }

    /// <summary>The index of every symbol of a text, in a new array.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="text"/> contains a character that is not in the vocabulary.</exception>
    /// <exception cref="ArgumentException"><paramref name="text"/> contains half of a surrogate pair.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new int[text.Length];
        int count = Encode(text, tokens);
        return count == tokens.Length ? tokens : tokens[..count];
    }

    /// <summary>The text of a row of indices.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in 0 to <see cref="Count"/> - 1.</exception>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        int length = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)_symbols.Length) ThrowNoSuchToken(tokens[i], i, nameof(tokens));
            length += _symbols[tokens[i]].Utf16SequenceLength;
        }
        return string.Create(length, tokens, (chars, row) =>
        {
            foreach (int token in row) chars = chars[_symbols[token].EncodeToUtf16(chars)..];
        });
    }

    /// <summary>Appends the symbol of one index. Allocates nothing itself; the builder may when it grows.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="token"/> is not in 0 to <see cref="Count"/> - 1.</exception>
    public void AppendTo(StringBuilder builder, int token)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if ((uint)token >= (uint)_symbols.Length) ThrowNoSuchToken(token, null, nameof(token));
        Span<char> chars = stackalloc char[2];
        builder.Append(chars[.._symbols[token].EncodeToUtf16(chars)]);
    }

    private static Rune Next(ReadOnlySpan<char> text, ref int at)
    {
        if (Rune.DecodeFromUtf16(text[at..], out Rune symbol, out int length) != OperationStatus.Done) ThrowHalf(text[at], at);
        at += length;
        return symbol;
    }

    // A control character or a space would be unreadable between quotes, so those are named by code point alone.
    private static string Name(Rune symbol) => Rune.IsControl(symbol) || Rune.IsWhiteSpace(symbol)
        ? $"U+{symbol.Value:X4}"
        : $"'{symbol}' (U+{symbol.Value:X4})";

    [DoesNotReturn]
    private static void ThrowHalf(char half, int position) =>
        throw new ArgumentException($"text: half a surrogate pair, U+{(int)half:X4}, at position {position}.", "text");

    [DoesNotReturn]
    private void ThrowUnknown(Rune symbol, int position) => throw new ArgumentException(
        $"text: {Name(symbol)} at position {position} is not one of the {Count} symbols of the vocabulary.", "text");

    [DoesNotReturn]
    private static void ThrowTooShort(ReadOnlySpan<char> text, int found)
    {
        int needed = 0;
        for (int at = 0; at < text.Length; needed++) Next(text, ref at);
        throw new ArgumentException($"tokens: expected at least {needed} elements, found {found}.", "tokens");
    }

    [DoesNotReturn]
    private void ThrowNoSuchToken(int token, int? position, string parameter)
    {
        string where = position is { } at ? $"{parameter}[{at}]" : parameter;
        throw new ArgumentOutOfRangeException(parameter, $"{where}: expected 0 to {Count - 1}, found {token}.");
    }
}
