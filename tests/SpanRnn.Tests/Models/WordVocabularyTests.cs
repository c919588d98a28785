using SpanRnn.Models;
using Xunit;

namespace SpanRnn.Tests.Models;

public sealed class WordVocabularyTests
{
    [Theory]
    [InlineData("What's new?", "what's new ?")]
    [InlineData("  It’s 5 o'clock,   isn't it  ", "it's 5 o'clock , isn't it")]
    [InlineData("'quoted' rock'n'", "' quoted ' rock'n '")]
    [InlineData("ÉTÉ e\u0301te\u0301", "été e\u0301te\u0301")]
    [InlineData("😀ok", "😀 ok")]
    [InlineData("", "")]
    public void A_sentence_is_cut_into_words_and_signs(string sentence, string words) =>
        Assert.Equal(words, string.Join(' ', WordVocabulary.Split(sentence)));

    [Fact]
    public void Words_are_numbered_from_the_most_frequent_and_0_is_the_unknown_one()
    {
        WordVocabulary words = WordVocabulary.Of(["b a", "b c", "b a d"]);
        Assert.Equal(["<unknown>", "b", "a", "c", "d"], Enumerable.Range(0, words.Count).Select(i => words[i]));
        Assert.Equal([1, 0, 2], words.Encode("B x a"));
        Assert.True(words.TryIndexOf("d", out int index));
        Assert.Equal(4, index);
        Assert.False(words.TryIndexOf("D", out index));
        Assert.Equal(WordVocabulary.Unknown, index);
    }

    [Fact]
    public void Rare_words_are_left_out_and_special_ones_come_first()
    {
        string[][] sentences = [["a", "b"], ["a", "c", "<end>"], ["a", "b"]];
        WordVocabulary words = WordVocabulary.Of(sentences, minimumCount: 2, most: int.MaxValue, "<start>", "<end>");
        Assert.Equal(["<unknown>", "<start>", "<end>", "a", "b"], Enumerable.Range(0, words.Count).Select(i => words[i]));
        Assert.Equal(4, WordVocabulary.Of(sentences, 1, 4, "<start>", "<end>").Count);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        WordVocabulary words = WordVocabulary.Of(["how late is it ?", "l'été , déjà"]);
        WordVocabulary read = WordVocabulary.Parse(words.ToString());
        Assert.Equal(words.ToString(), read.ToString());
        Assert.Equal(words.Encode("is it late"), read.Encode("is it late"));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("<unknown>\na\na")]
    [InlineData("<unknown>\n\na")]
    [InlineData("<unknown>\na b")]
    public void What_is_no_vocabulary_is_refused(string text) => Assert.Throws<FormatException>(() => WordVocabulary.Parse(text));

    [Fact]
    public void An_index_that_no_word_has_is_refused_with_both_numbers()
    {
        WordVocabulary words = WordVocabulary.Of(["a"]);
        Assert.Contains("expected 0 to 1, found 2", Assert.Throws<ArgumentOutOfRangeException>(() => words[2]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => WordVocabulary.Of((string[][])[["a b"]]));
        Assert.Throws<ArgumentException>(() => WordVocabulary.Of((string[][])[["a"]], 1, int.MaxValue, "x", "x"));
    }
}
