using System.IO.Compression;
using System.Text.Json;
using SpanRnn.Tests.Support;
using SpanRnn.Tool.Experiments.Translate;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

public sealed class TranslateTests : IDisposable
{
    private const string Small = "--embedding 16 --hidden 32 --batch 16 --learning-rate 0.01 --held-out 20 --beam 3";

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_small_language_is_learnt_translated_and_shown_with_its_attention()
    {
        Assert.Equal(0, _tool.Run($"translate --data {Generated()} --out {{0}}/runs --json --epochs 24 {Small}"));
        using var json = JsonDocument.Parse(_tool.Output);
        JsonElement root = json.RootElement, model = root.GetProperty("models")[0];
        double copy = Bleu(root.GetProperty("baselines")[0]), nearest = Bleu(root.GetProperty("baselines")[1]);
        Assert.InRange(Bleu(model), Math.Max(copy, nearest) + 0.05, 1);
        Assert.InRange(model.GetProperty("figures").GetProperty("bleuBeam").GetDouble(), 0.7, 1);

        string file = _tool.Path("runs/bigru-1.safetensors");
        Assert.Equal(0, _tool.Run(["translate", "predict", "The", "big", "cat", "sleeps.", "--model", file]));
        string[] lines = _tool.Output.Split('\n');
        Assert.Equal("le grand chat dort.", lines[0]);
        Assert.Contains(lines, line => line.TrimStart() == "the  big  cat  sleeps  .");
        Assert.Contains(lines, line => line.Contains('█', StringComparison.Ordinal) || line.Contains('▓', StringComparison.Ordinal));

        _tool.Input = "The dog sleeps.\nThe small cat runs in the house and far away.\n";
        Assert.Equal(0, _tool.Run(["translate", "predict", "--json", "--model", file]));
        JsonElement first = JsonDocument.Parse(_tool.Output.Split('\n')[0]).RootElement;
        Assert.Equal("le chien dort.", first.GetProperty("beam").GetString());
        foreach (JsonElement row in first.GetProperty("attention").EnumerateArray())
        {
            Assert.Equal(4, row.GetArrayLength());
            Assert.Equal(1, row.EnumerateArray().Sum(weight => weight.GetDouble()), 1e-3);
        }

        Assert.Contains("Only the first 6 of 11 words are read", _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_goes_on_gives_the_same_figures_as_one_without_a_stop()
    {
        string data = Generated(), line = $"translate --data {data} --json --epochs 2 {Small}";
        Assert.Equal(0, _tool.Run($"{line} --out {{0}}/whole"));
        string whole = Figures(_tool.Output);
        using (var stop = new CancellationTokenSource())
        {
            stop.Cancel();
            Assert.Equal(130, _tool.Run($"{line} --out {{0}}/parts", stop.Token));
        }

        Assert.Equal(0, _tool.Run($"{line} --out {{0}}/parts --resume"));
        Assert.Equal(whole, Figures(_tool.Output));
    }

    [Fact]
    public void No_english_sentence_is_in_two_parts()
    {
        var settings = new TranslateSettings();
        IReadOnlyList<SentencePair> pairs = PairCorpus.Read(Generated());
        TranslationData data = TranslationData.Cut("x", pairs, settings, 20, first: null);
        Assert.Equal((20, 10), (data.HeldOut.Count, data.Validation.Count));
        string[] sources = [.. data.Training.Concat(data.Validation).Concat(data.HeldOut).Select(pair => string.Join(' ', pair.Source))];
        Assert.Equal(sources.Length, sources.Distinct().Count());
        Assert.All(data.Training, pair => Assert.InRange(pair.Source.Length, 1, settings.Words));
        Assert.Equal(data.Digest, TranslationData.Cut("x", pairs, settings, 20, first: null).Digest);
    }

    [DataFact("fra-eng/fra-eng.zip")]
    public void A_part_of_the_real_pairs_is_learnt_from()
    {
        Assert.Equal(0, _tool.Run(
            $"translate --data {DataFolder.Path("fra-eng")} --words 4 --first 1500 --held-out 100 --out {{0}}/runs --json --epochs 3 --embedding 32 --hidden 32 --batch 32 --learning-rate 0.01"));
        using var json = JsonDocument.Parse(_tool.Output);
        JsonElement root = json.RootElement;
        Assert.InRange(root.GetProperty("models")[0].GetProperty("validation").GetDouble(), 0.5, 4.5);
        Assert.True(root.GetProperty("models")[0].GetProperty("figures").GetProperty("bleu").GetDouble() >= 0);
        Assert.Contains("different English sentences", root.GetProperty("setting")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Attention_is_drawn_as_shades_below_the_words()
    {
        string[] lines = [.. AttentionMatrix.Lines(["the", "cat"], ["le", "chat"], [[1, 0], [0.24f, 0.76f]])];
        Assert.Equal(["      the  cat", "  le  ███", "chat  ░░░  ▓▓▓"], lines);
    }

    private static double Bleu(JsonElement row) => row.GetProperty("figures").GetProperty("bleu").GetDouble();

    private static string Figures(string output)
    {
        using var json = JsonDocument.Parse(output);
        JsonElement model = json.RootElement.GetProperty("models")[0];
        return $"{model.GetProperty("figures")} {model.GetProperty("trainingLoss")} {model.GetProperty("validation")}";
    }

    /// <summary>All sentences of a small grammar, some with two translations, as lines in a zip.</summary>
    private string Generated()
    {
        (string, string)[] adjectives = [("", ""), ("big ", "grand "), ("small ", "petit "), ("old ", "vieux ")];
        (string, string)[] nouns = [("cat", "chat"), ("dog", "chien"), ("man", "monsieur"), ("boy", "garçon"), ("king", "roi")];
        (string, string)[] verbs = [("sleeps", "dort"), ("runs", "court"), ("eats", "mange"), ("sings", "chante"), ("waits", "attend")];
        (string, string)[] ends = [(".", "."), (" here.", " ici."), (" today.", " aujourd'hui.")];
        var lines = new List<string>();
        foreach (((string, string) adjective, (string, string) noun, (string, string) verb, (string, string) end) in
            from a in adjectives from n in nouns from v in verbs from e in ends select (a, n, v, e))
        {
            lines.Add($"The {adjective.Item1}{noun.Item1} {verb.Item1}{end.Item1}\tLe {adjective.Item2}{noun.Item2} {verb.Item2}{end.Item2}");
        }

        lines.Add("The cat sleeps.\tLe chat est en train de dormir.");
        string path = _tool.Path("pairs.zip");
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var writer = new StreamWriter(zip.CreateEntry("fra.txt").Open()))
        {
            writer.Write(string.Join('\n', lines));
        }

        return path;
    }
}
