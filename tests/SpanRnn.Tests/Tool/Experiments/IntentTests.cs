using System.Text.Json;
using SpanRnn.Tool.Experiments.Intent;
using SpanRnn.Tool.Text;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

public sealed class IntentTests : IDisposable
{
    private const string Small = "--epochs 25 --hidden 24 --embedding 24";

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void The_sentences_that_come_with_the_tool_are_40_of_each_of_10_intents_and_all_different()
    {
        IntentData data = IntentData.Parse("x", TextSource.Resource(TextSource.Sentences));
        Assert.Equal(10, data.Intents.Count);
        Assert.All(data.Sentences.GroupBy(sentence => sentence.Label), group => Assert.Equal(40, group.Count()));
        Assert.Equal(400, data.Sentences.Select(sentence => sentence.Text).Distinct().Count());
    }

    [Fact]
    public void A_model_is_trained_beats_the_nearest_sentence_and_answers()
    {
        Assert.Equal(0, _tool.Run($"intent --out {{0}}/runs --json {Small}"));
        using var json = JsonDocument.Parse(_tool.Output);
        JsonElement model = Assert.Single(json.RootElement.GetProperty("models").EnumerateArray());
        double baseline = json.RootElement.GetProperty("baselines")[0].GetProperty("figures").GetProperty("accuracy").GetDouble();
        Assert.InRange(model.GetProperty("figures").GetProperty("accuracy").GetDouble(), Math.Max(0.7, baseline - 0.05), 1);
        Assert.True(model.GetProperty("inferenceMicroseconds").GetDouble() > 0);
        Assert.Equal(10, model.GetProperty("details").GetProperty("confusion").GetArrayLength());

        string file = _tool.Path("runs/bigru-1.safetensors");
        Assert.Equal(0, _tool.Run(["intent", "predict", "what time is it?", "--model", file]));
        Assert.StartsWith("time  ", _tool.Output, StringComparison.Ordinal);

        _tool.Input = "play some music\n\nwill it rain tomorrow?\n";
        Assert.Equal(0, _tool.Run(["intent", "predict", "--json", "--model", file]));
        string[] lines = _tool.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["music", "weather"], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("class").GetString()));
        Assert.Equal(1, JsonDocument.Parse(lines[0]).RootElement.GetProperty("probabilities").EnumerateObject().Sum(part => part.Value.GetDouble()), 1e-5);
    }

    [Fact]
    public void A_training_that_goes_on_gives_the_same_bits_as_one_without_a_stop()
    {
        Assert.Equal(0, _tool.Run("intent --out {0}/whole --epochs 4 --hidden 8 --embedding 8"));
        using (var stop = new CancellationTokenSource())
        {
            stop.Cancel();
            Assert.Equal(130, _tool.Run("intent --out {0}/parts --epochs 4 --hidden 8 --embedding 8", stop.Token));
        }

        Assert.Equal(0, _tool.Run("intent --out {0}/parts --epochs 4 --hidden 8 --embedding 8 --resume"));
        Assert.Equal(Weights("whole"), Weights("parts"));
    }

    [Fact]
    public void Sentences_of_ones_own_are_read_and_malformed_ones_refused()
    {
        string own = _tool.Write("own.txt", string.Concat(Enumerable.Range(0, 10).Select(i => $"yes\tyes {i} please\nno\tno {i} thanks\n")));
        Assert.Equal(0, _tool.Run($"intent --sentences {own} --out {{0}}/own --epochs 20 --hidden 8 --embedding 8 --json"));
        using var json = JsonDocument.Parse(_tool.Output);
        Assert.Equal(1, json.RootElement.GetProperty("models")[0].GetProperty("figures").GetProperty("accuracy").GetDouble());

        Assert.Equal(2, _tool.Run($"intent --sentences {_tool.Write("bad.txt", "yes\tyes\nno sentence\n")}"));
        Assert.Contains("line 2: expected an intent, a tab and a sentence", _tool.Error, StringComparison.Ordinal);
        Assert.Equal(2, _tool.Run(["intent", "predict", "x", "--model", _tool.Path("missing.safetensors")]));
        Assert.Contains("Train a model first", _tool.Error, StringComparison.Ordinal);
    }

    private string Weights(string folder)
    {
        using var loaded = SpanRnn.Formats.ModelFile.Load(_tool.Path($"{folder}/bigru-1.safetensors"));
        return string.Join(';', loaded.Model.Weights.Layout.Tensors.Select(tensor =>
        {
            var numbers = new float[tensor.Count];
            loaded.Model.Weights[tensor.Name].CopyTo(numbers);
            return string.Join(',', numbers.Select(BitConverter.SingleToInt32Bits));
        }));
    }
}
