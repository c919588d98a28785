using System.Text.Json;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

public sealed class MnistTests : IDisposable
{
    private const string Small = "--hidden 16 --batch 20 --epochs 4 --learning-rate 0.02 --out {0}/runs";

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Drawn_digits_are_learnt_by_every_cell_and_told_in_a_table_with_confusions()
    {
        DrawnDigits.Write(_tool, 400, 100);
        Assert.Equal(0, _tool.Run($"mnist --data {{0}} {Small}"));
        foreach (string name in (string[])["published (LSTM)", "LSTM, plain", "LSTM", "GRU", "RNN (tanh)"])
        {
            Assert.Contains(_tool.Output.Split('\n'), line => line.TrimStart().StartsWith($"{name} ", StringComparison.Ordinal) && line.Contains('%', StringComparison.Ordinal));
        }

        Assert.Contains("400 images to learn from, 100 test images", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("true \\ answered", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("80 of 80  loss ", _tool.Error, StringComparison.Ordinal);
        Assert.Contains("images/s", _tool.Error, StringComparison.Ordinal);

        Assert.Equal(0, _tool.Run("mnist predict --data {0} --image 13 --model {0}/runs/gru-1.safetensors"));
        Assert.Contains("Test image 13 is a 3; the model takes it for a 3.", _tool.Output, StringComparison.Ordinal);
        Assert.Contains(_tool.Output.Split('\n'), line => line.Contains("▓▓▓▓", StringComparison.Ordinal));
        _tool.Refused("mnist predict --data {0} --image 100 --model {0}/runs/gru-1.safetensors", "--image: expected 0 to 99, found 100.");
    }

    [Fact]
    public void Several_seeds_give_mean_and_deviation_and_json_is_all_that_stdout_has()
    {
        DrawnDigits.Write(_tool, 200, 50);
        JsonElement report = _tool.Json($"mnist --data {{0}} --cells lstm --recipes plain,tuned --seeds 1,2 --json {Small}");
        double first = report.Figure("lstm-1", "accuracy"), second = report.Figure("lstm-2", "accuracy");
        Assert.InRange(first, 0.3, 1);
        JsonElement summary = report.GetProperty("summaries").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "LSTM");
        Assert.Equal((first + second) / 2, summary.GetProperty("mean").GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.Equal(Math.Abs(first - second) / Math.Sqrt(2), summary.GetProperty("deviation").GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.Equal(0.9774, report.Baseline("published (LSTM)", "accuracy"));
        Assert.Equal(10, report.GetProperty("models")[0].GetProperty("details").GetProperty("confusion").GetArrayLength());
    }

    [Fact]
    public void Held_out_images_stand_in_for_the_test_images()
    {
        DrawnDigits.Write(_tool, 100, 10);
        _tool.Write("t10k-images-idx3-ubyte.gz", "not to be read");
        Assert.Equal(0, _tool.Run($"mnist --data {{0}} --cells rnn --hold-out 30 {Small}"));
        Assert.Contains("70 images to learn from, the last 30 training images to be judged by; the test images are not looked at.", _tool.Output, StringComparison.Ordinal);
        _tool.Refused($"mnist --data {{0}} --hold-out 100 {Small}", "--hold-out: expected fewer than the 100 training images, found 100.");
    }

    [Fact]
    public void Missing_data_is_named_with_where_to_get_it()
    {
        _tool.Refused("mnist --data {0}/nowhere", "MNIST: the data is not there.", "train-images-idx3-ubyte.gz", "nowhere", "CC BY-SA 3.0", "SPANRNN_DATA");
        _tool.Refused("mnist --seed 1 --seeds 1,2", "--seed, --seeds: expected one of the two, found both.");
        _tool.Refused("mnist --seeds 1,x", "--seeds: expected whole numbers, each once, found 'x'.");
        _tool.Refused("mnist --recipes best", "--recipes: expected plain, tuned or both, found 'best'.");
    }

    [DataFact("mnist")]
    public void A_part_of_the_real_images_is_learnt()
    {
        JsonElement report = _tool.Json(
            $"mnist --data {DataFolder.Path("mnist")} --first 1000 --cells gru --hidden 32 --epochs 3 --batch 20 --learning-rate 0.01 --json --out {{0}}/runs");
        Assert.InRange(report.Figure("gru-1", "accuracy"), 0.6, 1);
    }
}
