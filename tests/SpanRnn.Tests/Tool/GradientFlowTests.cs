using System.Text.Json;
using SpanRnn.Tool.Display;
using Xunit;

namespace SpanRnn.Tests.Tool;

/// <summary>gradient-flow at a small size, end to end.</summary>
public sealed class GradientFlowTests : IDisposable
{
    private const string Small = "gradient-flow --steps 20 --hidden 32 --batch 4";

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Gradients_vanish_in_an_RNN_explode_with_gain_and_last_longer_behind_open_gates()
    {
        JsonElement report = Json($"{Small} --iterations 0 --json");
        Dictionary<string, double[]> flows = report.GetProperty("flows").EnumerateArray().ToDictionary(
            flow => flow.GetProperty("name").GetString()!, flow => flow.GetProperty("hidden").EnumerateArray().Select(norm => norm.GetDouble()).ToArray());
        Assert.All(flows.Values, norms => Assert.Equal(20, norms.Length));
        Assert.All(flows.Values, norms => Assert.Equal(0, norms[^1], 1e-6)); // v has norm 1
        Assert.True(flows["RNN (tanh)"][0] < -3);
        Assert.True(flows["RNN (tanh), gain 4"][0] > 1);
        Assert.True(flows["LSTM, forget bias 0"][0] < flows["LSTM, forget bias 1"][0] - 1);
        Assert.True(flows["LSTM, forget bias 1"][0] < flows["LSTM, gates for T steps"][0]);
        Assert.True(flows["GRU"][0] < flows["GRU, gates for T steps"][0] - 1);
        Assert.Equal(0, report.GetProperty("clipping").GetArrayLength());
        JsonElement rnn = report.GetProperty("flows")[0];
        Assert.Equal(Math.Pow(10, flows["RNN (tanh)"][0] / 19), rnn.GetProperty("factorPerStep").GetDouble(), 1e-6);
    }

    [Fact]
    public void Clipping_bounds_the_norm_and_the_training_that_diverged_goes_on()
    {
        JsonElement report = Json($"{Small} --iterations 300 --json"), trainings = report.GetProperty("clipping"), free = trainings[0], clipped = trainings[1];
        Assert.True(free.GetProperty("diverged").GetBoolean());
        Assert.Contains(" is ", free.GetProperty("ended").GetString()!, StringComparison.Ordinal);
        Assert.False(clipped.GetProperty("diverged").GetBoolean());
        double[] before = Numbers(clipped, "normsBefore"), after = Numbers(clipped, "normsAfter"), losses = Numbers(clipped, "losses");
        Assert.Equal(300, losses.Length);
        Assert.True(before.Max() > 10);
        Assert.InRange(after.Max(), 0.99, 1.001);
        Assert.All(before.Zip(after), norms => Assert.Equal(Math.Min(norms.First, 1), norms.Second, 1e-3));
        Assert.True(losses[^50..].Average() < losses[0] / 4, $"{losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void People_get_a_table_a_plot_and_curves()
    {
        Assert.Equal(0, _tool.Run($"{Small} --iterations 300"));
        Assert.Contains("norm of d loss / d h[t]", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("a  RNN (tanh)", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("its d loss / d c[t]", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("┤", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("not clipped: The ", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("clipped to norm 1: all iterations done", _tool.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[red]", _tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_report_and_Ctrl_C_is_answered()
    {
        Assert.Equal(0, _tool.Run($"{Small} --iterations 5 --seed 4 --json"));
        string first = _tool.Output;
        Assert.Equal(0, _tool.Run($"{Small} --iterations 5 --seed 4 --json"));
        Assert.Equal(first, _tool.Output);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Equal(130, _tool.Run(Small, stopped.Token));
        Assert.Contains("Stopped after 0 measurements and 0 trainings.", _tool.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gradient-flow --gain wide", "--gain: expected a number, found 'wide'.")]
    [InlineData("gradient-flow --clip 0", "--clip: expected 1E-06 to 1000000000, found 0.")]
    public void Wrong_options_are_named_with_what_was_expected_and_found(string line, string message)
    {
        Assert.Equal(2, _tool.Run(line));
        Assert.Contains(message, _tool.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "1.0")]
    [InlineData(-23.769551, "1.7e-24")]
    [InlineData(-400, "1.0e-400")]
    [InlineData(17.24, "1.7e+17")]
    [InlineData(-0.0001, "1.0")]
    [InlineData(double.NegativeInfinity, "0")]
    public void Powers_of_ten_are_written_beyond_a_doubles_range(double log10, string text) => Assert.Equal(text, LogPlot.Power(log10));

    [Fact]
    public void Sparklines_are_as_high_as_the_logarithm_and_show_what_is_not_finite()
    {
        Assert.Equal("▁▅█×", Sparkline.Log([1, 10, 100, double.NaN]));
        Assert.Equal("▁▁▁", Sparkline.Log([0.99, 1, 0.995]));
        Assert.Equal("▁█×", Sparkline.Log([1, 1, 1, 9, 2, double.PositiveInfinity], 3));
    }

    private JsonElement Json(string line)
    {
        Assert.Equal(0, _tool.Run(line));
        return JsonDocument.Parse(_tool.Output).RootElement;
    }

    private static double[] Numbers(JsonElement report, string name) => [.. report.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
}
