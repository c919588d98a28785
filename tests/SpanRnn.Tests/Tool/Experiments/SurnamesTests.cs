using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using SpanRnn.Tool.Experiments.SurnameWriting;
using SpanRnn.Tool.Experiments.Surnames;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

public sealed class SurnamesTests : IDisposable
{
    private const string Small = "--hidden 24 --embedding 8 --batch 8 --epochs 16 --learning-rate 0.02";

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Names_of_a_language_are_learnt_and_written()
    {
        DrawnNames.Write(_tool, 120);
        JsonElement report = _tool.Json($"surnames --data {{0}} --cells gru --context every,first,state,none --json --out {{0}}/runs {Small}");
        double blind = report.Figure("none-gru-1", "bitsPerCharacter");
        foreach (string id in (string[])["gru-1", "first-gru-1", "state-gru-1"])
        {
            // Who knows the language need not guess the first letter: about 1.4 bits of a name.
            Assert.InRange(report.Figure(id, "bitsPerCharacter"), 0.3, blind - 0.05);
        }

        Assert.True(report.Figure("gru-1", "bitsPerCharacter") < report.Baseline("bigrams of the language", "bitsPerCharacter"));
        Assert.True(report.Baseline("bigrams of the language", "bitsPerCharacter") < report.Baseline("bigrams of all languages", "bitsPerCharacter"));
        JsonElement[] languages = [.. report.GetProperty("models")[0].GetProperty("details").GetProperty("languages").EnumerateArray()];
        Assert.Equal(["Dwarvish", "Elvish", "Ogrish"], languages.Select(language => language.GetProperty("language").GetString()));
        Assert.All(languages, language => Assert.Equal(4, language.GetProperty("written").GetArrayLength()));

        Assert.Equal(0, _tool.Run("surnames write dwarvish --count 20 --model {0}/runs/gru-1.safetensors"));
        string names = _tool.Output;
        string[] lines = names.TrimEnd().Split('\n');
        Assert.Equal(20, lines.Length);
        Assert.InRange(lines.Count(name => name.StartsWith('D')), 18, 20);
        Assert.InRange(lines.Count(name => name.TrimEnd().EndsWith("son", StringComparison.Ordinal)), 16, 20);

        Assert.Equal(0, _tool.Run("surnames write Dwarvish --count 20 --model {0}/runs/gru-1.safetensors"));
        Assert.Equal(names, _tool.Output);
        Assert.Equal(0, _tool.Run("surnames write Dwarvish --count 20 --seed 2 --model {0}/runs/gru-1.safetensors"));
        Assert.NotEqual(names, _tool.Output);

        Assert.Equal(0, _tool.Run("surnames write Ogrish --beam 3 --model {0}/runs/gru-1.safetensors"));
        string[] likeliest = _tool.Output.TrimEnd().Split('\n');
        Assert.Equal(3, likeliest.Length);
        double[] parts = [.. likeliest.Select(line => double.Parse(line.Split('%')[0], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(parts.OrderDescending(), parts);
        Assert.InRange(parts.Sum(), 5, 100);
        Assert.All(likeliest, line => Assert.StartsWith("G", line.Split("%  ")[1], StringComparison.Ordinal));
    }

    [Fact]
    public void A_training_that_goes_on_gives_the_same_figures_as_one_without_a_stop()
    {
        DrawnNames.Write(_tool, 60);
        string line = "surnames --data {0} --cells lstm --context first --json --hidden 8 --embedding 4 --batch 8 --epochs 2";
        JsonElement whole = _tool.Json($"{line} --out {{0}}/whole");
        using (var stop = new CancellationTokenSource())
        {
            stop.Cancel();
            Assert.Equal(130, _tool.Run($"{line} --out {{0}}/parts", stop.Token));
        }

        JsonElement parts = _tool.Json($"{line} --out {{0}}/parts --resume");
        Assert.Equal(whole.Figure("first-lstm-1", "bitsPerCharacter"), parts.Figure("first-lstm-1", "bitsPerCharacter"));
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        DrawnNames.Write(_tool, 40);
        _tool.Refused("surnames --data {0} --context every,never", "--context: expected every, first, state or none, each once, found 'never'.");
        _tool.Refused("surnames --data {0} --context every,every", "found 'every'.");
        _tool.Refused("surnames --data {0}/nowhere", "Surnames: the data is not there.", "*.txt", "practical-pytorch", "MIT");
        _tool.Refused("surnames write Elvish --model {0}/none.safetensors", "there is no such file");
        Assert.Equal(0, _tool.Run("surnames --data {0} --cells gru --context every --hidden 4 --embedding 4 --epochs 0.1 --out {0}/runs"));
        _tool.Refused("surnames write Klingon --model {0}/runs/gru-1.safetensors", "LANGUAGE: expected one of Dwarvish, Elvish, Ogrish, found 'Klingon'.");
        _tool.Refused("surnames write Elvish --beam 2 --count 3 --model {0}/runs/gru-1.safetensors", "--beam:");
        using var other = new EncoderDecoder(EncoderDecoderOptions.Repeat(CellKind.Rnn, 3, 4, 2));
        other.Initialize(1);
        EncoderDecoderFile.Save(_tool.Path("other.safetensors"), other);
        _tool.Refused("surnames write Elvish --model {0}/other.safetensors", "expected a writer of surnames that this tool trained");
    }

    [Fact]
    public void Bigrams_count_what_was_learnt_and_are_mixed_in_parts()
    {
        // Of a alone follow b; of b alone the end: with a smoothed count these are likelier than anything else, yet not certain.
        var data = new SurnameData([("A", Many("ab", 20)), ("B", Many("ba", 20))], null, false);
        var bigrams = new SurnameBigrams(data);
        Surname own = new("ab", 0), foreign = new("ba", 0);
        Assert.True(bigrams.LogProbability(own, 1) > bigrams.LogProbability(foreign, 1) + 3);
        Assert.Equal(bigrams.LogProbability(own, 0), bigrams.LogProbability(new Surname("ab", 1), 0));
        Assert.Equal(-bigrams.LogProbability(own, 1) / Math.Log(2) / 3, bigrams.BitsPerCharacter([own], 1), 1e-12);
        Assert.Equal(1, bigrams.BestPart(data.Validation));

        // A mixture lies between its parts, character by character; all that may be written has 1 as its sum.
        double half = Math.Exp(bigrams.LogProbability(new Surname("", 0), 0.5));
        Assert.Equal((Math.Exp(bigrams.LogProbability(new Surname("", 0), 1)) + Math.Exp(bigrams.LogProbability(new Surname("", 0), 0))) / 2, half, 1e-12);
        double first = Sum(1), more = Sum(3);
        Assert.InRange(first, 0.1, 1);
        Assert.InRange(more, first, 1 + 1e-12);

        static string[] Many(string name, int count) => [.. Enumerable.Repeat(name, count)];

        // Of all names of at most so many letters.
        double Sum(int letters) => Names(letters).Sum(name => Math.Exp(bigrams.LogProbability(new Surname(name, 0), 0.5)));
        static IEnumerable<string> Names(int letters) => letters == 0 ? [""] : Names(letters - 1).SelectMany(name => (string[])[name + "a", name + "b"]).Concat(Names(letters - 1)).Distinct();
    }

    [Fact]
    public void A_name_ends_at_its_end_or_at_the_length()
    {
        Alphabet alphabet = new(["A", "B"], Vocabulary.Of("ab"), Longest: 3) { Input = LanguageInput.Every };
        using var model = new EncoderDecoder(new WriterSettings { Hidden = 4, Embedding = 4 }.Model(CellKind.Gru, alphabet));
        model.Initialize(1);
        using var writer = new NameWriter(model, alphabet);
        var likeliest = new TokenSampler(temperature: 0);
        Assert.Equal("", Written(end: 50));
        Assert.Equal(6, Written(end: -50).Length);                      // twice the longest
        Assert.Equal(["a", "b"], Enumerable.Range(0, 200).Select(seed => Drawn((ulong)seed)).Where(name => name.Length == 1).Distinct().Order(StringComparer.Ordinal));

        string Written(float end)
        {
            SetEnd(end);
            return writer.Write(1, likeliest);
        }

        string Drawn(ulong seed)
        {
            SetEnd(0);
            return writer.Write(0, new TokenSampler(1, seed));
        }

        void SetEnd(float bias)
        {
            model.Weights["fc.bias"][0, alphabet.Boundary] = bias;
            model.Pack();
        }
    }

    [DataFact("names")]
    public void A_part_of_the_real_names_is_learnt()
    {
        JsonElement report = _tool.Json(
            $"surnames --data {DataFolder.Path("names")} --first 70 --cells gru --context every,none --hidden 32 --batch 16 --epochs 6 --learning-rate 0.01 --json --out {{0}}/runs");
        Assert.Equal(18, report.GetProperty("models")[0].GetProperty("details").GetProperty("languages").GetArrayLength());
        Assert.InRange(report.Figure("gru-1", "bitsPerCharacter"), 2, report.Figure("none-gru-1", "bitsPerCharacter") - 0.1);
    }
}
