using System.IO.Compression;
using SpanRnn.Tests.Support;
using SpanRnn.Tool;
using SpanRnn.Tool.Experiments.Translate;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

public sealed class SentencePairTests
{
    [Theory]
    [InlineData("Don't go, it's 10.", "don't go , it's 10 .")]
    [InlineData("Twenty-one \"cats’\"!", "twenty -one \" cats ' \" !")]
    public void English_sentences_are_cut(string sentence, string words) => Assert.Equal(words, string.Join(' ', Words.English(sentence)));

    [Theory]
    [InlineData("Qu'est-ce que c'est ?", "qu' est -ce que c' est ?", "qu'est-ce que c'est ?")]
    [InlineData("Aujourd’hui, j’ai\u202Ffaim\u00A0!", "aujourd' hui , j' ai faim !", "aujourd'hui, j'ai faim !")]
    [InlineData("A-t-il dit « non » (peut-être) ?", "a -t -il dit « non » ( peut -être ) ?", "a-t-il dit « non » (peut-être) ?")]
    public void French_sentences_are_cut_and_put_together_again(string sentence, string words, string joined)
    {
        Assert.Equal(words, string.Join(' ', Words.French(sentence)));
        Assert.Equal(joined, Words.Join(Words.French(sentence)));
    }

    [Fact]
    public void Translations_of_one_sentence_are_gathered_once_each()
    {
        IReadOnlyList<SentencePair> pairs = PairCorpus.Group("x", "Go.\tVa !\nHi.\tSalut.\r\ngo .\tAllez !\nGo.\tva !\n\n");
        Assert.Equal(2, pairs.Count);
        Assert.Equal("go .", string.Join(' ', pairs[0].Source));
        Assert.Equal(["va !", "allez !"], pairs[0].Targets.Select(target => string.Join(' ', target)));
        Assert.Contains("line 2: expected a sentence, a tab", Assert.Throws<ToolException>(() => PairCorpus.Group("x", "a\tb\nc d\n")).Message, StringComparison.Ordinal);
        Assert.Throws<ToolException>(() => PairCorpus.Group("x", ""));
    }

    [Fact]
    public void The_largest_text_of_a_zip_is_read_and_other_files_are_refused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("pairs.zip");
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Write(zip, "_about.txt", "a");
            Write(zip, "pairs.txt", "Go.\tVa !\nHi.\tSalut.\n");
        }

        Assert.Equal(2, PairCorpus.Read(path).Count);
        File.WriteAllText(path, "no zip");
        Assert.Throws<ToolException>(() => PairCorpus.Read(path));
    }

    private static void Write(ZipArchive zip, string name, string text)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name).Open());
        writer.Write(text);
    }
}
