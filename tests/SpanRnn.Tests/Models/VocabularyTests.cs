using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Models;

public sealed class VocabularyTests
{
    // Every plane, with a bias to the small ranges in which symbols repeat.
    private static readonly Gen<Rune> Runes = Gen.OneOf(
        Gen.Choose(0x20, 0x7E), Gen.Choose(0x4E00, 0x4E20), Gen.Choose(0x1F600, 0x1F610),
        Gen.Choose(0, 0xD7FF), Gen.Choose(0xE000, 0xFFFF), Gen.Choose(0x10000, 0x10FFFF)).Select(value => new Rune(value));

    private static readonly Arbitrary<string> Texts =
        Gen.NonEmptyListOf(Runes).Select(runes => string.Concat(runes.Select(rune => rune.ToString()))).ToArbitrary();

    [Fact]
    public void Decoding_what_was_encoded_is_the_identity() => Prop.ForAll(Texts, text =>
    {
        var vocabulary = Vocabulary.Of(text);
        return vocabulary.Decode(vocabulary.Encode(text)) == text;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parsing_what_was_written_gives_the_same_symbols() => Prop.ForAll(Texts, text =>
    {
        var vocabulary = Vocabulary.Of(text);
        var parsed = Vocabulary.Parse(vocabulary.ToString());
        return parsed.ToString() == vocabulary.ToString() && parsed.Encode(text).SequenceEqual(vocabulary.Encode(text));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_symbol_is_there_once_and_sorted_by_code_point() => Prop.ForAll(Texts, text =>
    {
        var vocabulary = Vocabulary.Of(text);
        Rune[] expected = [.. text.EnumerateRunes().Distinct().OrderBy(rune => rune.Value)];
        return Enumerable.Range(0, vocabulary.Count).Select(i => vocabulary[i]).SequenceEqual(expected)
            && expected.Select(vocabulary.IndexOf).SequenceEqual(Enumerable.Range(0, expected.Length));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Appending_one_token_at_a_time_is_decoding() => Prop.ForAll(Texts, text =>
    {
        var vocabulary = Vocabulary.Of(text);
        var builder = new StringBuilder();
        foreach (int token in vocabulary.Encode(text)) vocabulary.AppendTo(builder, token);
        return builder.ToString() == text;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_surrogate_pair_is_one_symbol_and_sorts_after_the_basic_plane()
    {
        var vocabulary = Vocabulary.Of("\uFF01😀早a");
        Assert.Equal(4, vocabulary.Count);
        Assert.Equal("a早\uFF01😀", vocabulary.ToString());
        Assert.Equal([3, 1, 3], vocabulary.Encode("😀早😀"));
    }

    [Fact]
    public void Encoding_into_a_span_returns_how_many_symbols_there_were()
    {
        var tokens = new int[] { -7, -7, -7, -7 };
        Assert.Equal(2, Vocabulary.Of("ab😀").Encode("😀a", tokens));
        Assert.Equal([2, 0, -7, -7], tokens);
    }

    [Fact]
    public void An_empty_text_has_no_tokens()
    {
        var vocabulary = Vocabulary.Of("a");
        Assert.Empty(vocabulary.Encode(""));
        Assert.Equal("", vocabulary.Decode([]));
    }

    [Fact]
    public void Looking_up_an_unknown_symbol_tries_and_fails_or_names_it()
    {
        var vocabulary = Vocabulary.Of("bd");
        foreach (char unknown in "ace")
        {
            Assert.False(vocabulary.TryIndexOf(new Rune(unknown), out int index));
            Assert.Equal(-1, index);
        }
        var error = Assert.Throws<ArgumentException>(() => vocabulary.IndexOf(new Rune('c')));
        Assert.StartsWith("symbol: 'c' (U+0063) is not one of the 2 symbols of the vocabulary.", error.Message);
    }

    [Theory]
    [InlineData("ab早c早", "text: '早' (U+65E9) at position 2 is not one of the 2 symbols of the vocabulary.")]
    [InlineData("b😀", "text: '😀' (U+1F600) at position 1 is not one of the 2 symbols of the vocabulary.")]
    [InlineData("ab\n", "text: U+000A at position 2 is not one of the 2 symbols of the vocabulary.")]
    public void The_first_unknown_character_is_named_with_its_place(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => Vocabulary.Of("ab").Encode(text)).Message);

    [Fact]
    public void Half_a_surrogate_pair_is_refused_with_its_place()
    {
        const string Half = "text: half a surrogate pair, U+D83D, at position 1.";
        Assert.StartsWith(Half, Assert.Throws<ArgumentException>(() => Vocabulary.Of("a\uD83D")).Message);
        Assert.StartsWith(Half, Assert.Throws<ArgumentException>(() => Vocabulary.Of("a").Encode("a\uD83Da")).Message);
        Assert.Equal("symbols: half a surrogate pair, U+D83D, at position 1.",
            Assert.Throws<FormatException>(() => Vocabulary.Parse("a\uD83D")).Message);
    }

    [Fact]
    public void Too_short_a_row_of_tokens_is_refused_with_both_numbers()
    {
        var error = Assert.Throws<ArgumentException>(() => Vocabulary.Of("ab😀").Encode("a😀b", new int[2]));
        Assert.StartsWith("tokens: expected at least 3 elements, found 2.", error.Message);
    }

    [Fact]
    public void A_token_out_of_range_is_refused_with_both_numbers()
    {
        var vocabulary = Vocabulary.Of("ab");
        const string Message = "expected 0 to 1, found";
        Assert.StartsWith($"index: {Message} 2.", Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary[2]).Message);
        Assert.StartsWith($"tokens[1]: {Message} -1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.Decode([0, -1])).Message);
        Assert.StartsWith($"token: {Message} 9.",
            Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.AppendTo(new StringBuilder(), 9)).Message);
    }

    [Theory]
    [InlineData("", "symbols: a vocabulary needs at least 1 character, found 0.")]
    [InlineData("aca", "symbols: expected a code point above 'c' (U+0063) at position 2, found 'a' (U+0061).")]
    [InlineData("😀😀", "symbols: expected a code point above '😀' (U+1F600) at position 2, found '😀' (U+1F600).")]
    public void A_string_that_is_no_vocabulary_is_refused(string symbols, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Vocabulary.Parse(symbols)).Message);

    [Fact]
    public void An_empty_text_has_no_vocabulary() =>
        Assert.StartsWith("text: a vocabulary needs at least 1", Assert.Throws<ArgumentException>(() => Vocabulary.Of("")).Message);

    [Fact]
    public void Encoding_into_a_span_and_appending_allocate_nothing()
    {
        const string Text = "早餐😀 ab";
        var vocabulary = Vocabulary.Of(Text);
        var tokens = new int[Text.Length];
        var builder = new StringBuilder(64);
        Assert.Equal(0, Allocations.Of(() =>
        {
            builder.Clear();
            int count = vocabulary.Encode(Text, tokens);
            for (int i = 0; i < count; i++) vocabulary.AppendTo(builder, tokens[i]);
        }));
    }
}
