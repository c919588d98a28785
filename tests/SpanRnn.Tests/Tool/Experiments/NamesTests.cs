using System.Text.Json;
using SpanRnn.Tests.Support;
using SpanRnn.Tool.Experiments.Surnames;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

public sealed class NamesTests : IDisposable
{
    private const string Small = "--hidden 16 --embedding 8 --batch 8 --epochs 8 --learning-rate 0.01 --out {0}/runs";

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Drawn_names_are_learnt_and_told_by_language_beside_the_baselines()
    {
        DrawnNames.Write(_tool, 120);
        Assert.Equal(0, _tool.Run($"names --data {{0}} {Small}"));
        foreach (string name in (string[])["always Ogrish", "bigrams, naive Bayes", "bidirectional RNN (tanh)", "bidirectional LSTM", "bidirectional GRU", "Dwarvish", "Elvish"])
        {
            Assert.Contains(_tool.Output.Split('\n'), line => line.TrimStart().StartsWith($"{name} ", StringComparison.Ordinal) && line.Contains('%', StringComparison.Ordinal));
        }

        Assert.Equal(0, _tool.Run("names predict Dimorwalson --model {0}/runs/bigru-1.safetensors --top 2"));
        string[] lines = _tool.Output.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.EndsWith("%  Dwarvish", lines[0].TrimEnd(), StringComparison.Ordinal);
        _tool.Refused("names predict Xyz --model {0}/runs/bigru-1.safetensors", "NAME: 'X' (U+0058) is not among the ");
    }

    [Fact]
    public void A_model_is_better_than_always_the_same_answer()
    {
        DrawnNames.Write(_tool, 120);
        JsonElement report = _tool.Json($"names --data {{0}} --cells gru --one-way --json {Small}");
        Assert.True(report.Figure("gru-1", "accuracy") > report.Baseline("always Ogrish", "accuracy"));
        Assert.Equal(12 / 21.0, report.Baseline("always Ogrish", "accuracy"), 1e-12);       // a tenth of 120, 60 and 30
        Assert.Equal(2 * 12 / 33.0 / 3, report.Baseline("always Ogrish", "macroF1"), 1e-12);
        Assert.InRange(report.Baseline("bigrams, naive Bayes", "accuracy"), 0.9, 1);
    }

    [Fact]
    public void Each_language_is_cut_the_same_way_each_time_and_nothing_is_lost()
    {
        DrawnNames.Write(_tool, 100);
        SurnameData data = SurnameData.Read(_tool.Path("."), null, false), again = SurnameData.Read(_tool.Path("."), null, false);
        Assert.Equal(data.Digest, again.Digest);
        Assert.Equal(data.Test, again.Test);
        Assert.Equal(["Dwarvish", "Elvish", "Ogrish"], data.Languages);
        Assert.Equal([2, 5, 10], Enumerable.Range(0, 3).Select(language => data.Test.Count(name => name.Language == language)));
        Assert.Equal([2, 4, 9], Enumerable.Range(0, 3).Select(language => data.Validation.Count(name => name.Language == language)));
        Assert.Equal(175, data.Training.Length + data.Validation.Length + data.Test.Length);
        string[] lines = [.. File.ReadAllLines(_tool.Path("Ogrish.txt")).Order(StringComparer.Ordinal)];
        Assert.Equal(lines, data.Training.Concat(data.Validation).Concat(data.Test).Where(name => name.Language == 2).Select(name => name.Text).Order(StringComparer.Ordinal));
        Assert.All(data.Test, name => Assert.Equal(data.Training.Any(other => other.Text == name.Text), data.IsSeen(name)));
    }

    [Fact]
    public void Naive_Bayes_follows_the_bigrams_and_where_they_tell_nothing_the_prior()
    {
        var data = new SurnameData([("A", Many("ab", 20)), ("B", Many("ba", 10))], null, false);
        var bayes = new SurnameBayes(data);
        Assert.Equal(0, bayes.Answer("abab"));
        Assert.Equal(1, bayes.Answer("baba"));
        Assert.Equal(0, new SurnameBayes(new SurnameData([("A", Many("ab", 20)), ("B", Many("ab", 10))], null, false)).Answer("ab"));

        static string[] Many(string name, int count) => [.. Enumerable.Repeat(name, count)];
    }

    [Fact]
    public void Files_that_are_no_names_are_refused()
    {
        _tool.Refused("names --data {0}", "Surnames: the data is not there.", "*.txt", "practical-pytorch", "MIT");
        _tool.Write("One.txt", "Ab\nBa\n");
        _tool.Refused("names --data {0}", "One.txt: expected at least 3 names, one in each line, found 2.");
        _tool.Write("One.txt", "Ab\nBa\nCa\n");
        _tool.Refused("names --data {0}", "Surnames: expected a file for each of at least 2 languages, found only One.");
        _tool.Write("Two.txt", [0x61, 0xFF, 0x62]);
        _tool.Refused("names --data {0}", "Two.txt: is not UTF-8");
        _tool.Write("Two.txt", new string('x', 101) + "\nAb\nBa\n");
        _tool.Refused("names --data {0}", "Two.txt: expected a name in each line, found one of 101 characters.");
    }

    [DataFact("names")]
    public void A_part_of_the_real_names_is_learnt()
    {
        JsonElement report = _tool.Json(
            $"names --data {DataFolder.Path("names")} --first 70 --cells gru --hidden 32 --batch 16 --epochs 5 --learning-rate 0.01 --json --out {{0}}/runs");
        Assert.Equal(18, report.GetProperty("models")[0].GetProperty("details").GetProperty("classes").GetArrayLength());
        Assert.InRange(report.Figure("bigru-1", "accuracy"), 0.3, 1);
    }
}
