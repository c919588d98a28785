using System.Text.Json;
using SpanRnn.Layers;
using SpanRnn.Tool.Experiments;
using SpanRnn.Tool.Experiments.Memory;
using SpanRnn.Tool.Training;
using Xunit;

namespace SpanRnn.Tests.Tool;

/// <summary>The memory tasks at small sizes, end to end.</summary>
public sealed class MemoryExperimentTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_small_GRU_adds_over_ten_steps()
    {
        JsonElement report = Json("adding --steps 10 --cells gru --hidden 24 --iterations 1500 --learning-rate 0.01 --out {0} --json");
        JsonElement model = report.GetProperty("models")[0], figures = model.GetProperty("figures");
        Assert.True(figures.GetProperty("meanSquaredError").GetDouble() < AddingTask.Solved, _tool.Error);
        Assert.InRange(figures.GetProperty("solvedAfter").GetInt32(), 1, 1500);
        Assert.InRange(model.GetProperty("details").GetProperty("curve").GetArrayLength(), 38, 41);
        Assert.InRange(Baseline(report, "always 1", "meanSquaredError"), 0.15, 0.185);
        Assert.Equal(5.3e-5, Baseline(report, "published GRU, T = 600", "meanSquaredError"));
        Assert.True(File.Exists(_tool.Path("gru-1.safetensors")));
    }

    [Fact]
    public void A_small_GRU_copies_over_a_short_delay_and_an_RNN_beside_it_is_in_the_table()
    {
        Assert.Equal(0, _tool.Run("copy --delay 3 --cells rnn,gru --hidden 48 --batch 10 --iterations 1000 --learning-rate 0.02 --out {0}"));
        string[] lines = _tool.Output.Split('\n');
        string gru = lines.First(line => line.StartsWith("  GRU ", StringComparison.Ordinal));
        string[] cells = gru.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.True(double.Parse(cells[4].TrimEnd('%', ' ')) > 35, gru);
        Assert.Contains(lines, line => line.StartsWith("  RNN (tanh) ", StringComparison.Ordinal));
        Assert.Contains("without memory: 10 ln 8 / 23", _tool.Output, StringComparison.Ordinal);
        Assert.Contains("height on a log scale", _tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Going_on_gives_the_same_figures_and_curve_as_not_having_stopped()
    {
        var settings = new MemorySettings { Steps = 6, Hidden = 8, Batch = 4, LearningRate = 0.01, Clip = 1, Gates = GateStart.Chrono };
        var experiment = new AddingExperiment(settings);
        Contender contender = Contender.Of(CellKind.Lstm, 2) with { Iterations = 80, Options = settings.ToString() };
        ContenderReport? straight = Perform("straight", CancellationToken.None, int.MaxValue);
        using (var stop = new CancellationTokenSource())
        {
            Assert.Null(Perform("broken", stop.Token, 33, stop));
        }

        ContenderReport? broken = Perform("broken", CancellationToken.None, int.MaxValue, resumes: true);
        Assert.Equal(straight!.Figures, broken!.Figures);
        Assert.Equal(straight.Details!.ToJsonString(), broken.Details!.ToJsonString());
        Assert.Equal(straight.TrainingLoss, broken.TrainingLoss);

        ContenderReport? Perform(string folder, CancellationToken token, int stopAfter, CancellationTokenSource? stop = null, bool resumes = false)
        {
            RunFiles files = RunFiles.In(_tool.Path(folder), contender.Id);
            files.Prepare();
            using var trial = new ContenderTrial(experiment, contender, experiment.Open(contender), files, "LSTM");
            Assert.Null(resumes ? trial.Resume() : null);
            return trial.Perform(
                progress =>
                {
                    if (progress.Iteration == stopAfter)
                    {
                        stop!.Cancel();
                    }
                },
                token);
        }
    }

    [Fact]
    public void Several_seeds_have_a_mean_only_of_what_all_of_them_have()
    {
        // One seed may solve the task and another not: "solved after" is then in one model's figures alone.
        JsonElement report = Json("adding --steps 4 --cells rnn --hidden 4 --batch 2 --iterations 3 --seeds 1,2 --out {0} --json");
        JsonElement mean = report.GetProperty("summaries")[0].GetProperty("mean");
        double[] errors = [.. report.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("figures").GetProperty("meanSquaredError").GetDouble())];
        Assert.Equal(errors.Average(), mean.GetProperty("meanSquaredError").GetDouble(), 1e-12);
        Assert.False(mean.TryGetProperty("solvedAfter", out _));
    }

    [Theory]
    [InlineData("adding --gates ajar", "--gates: expected one of chrono, one, plain, found 'ajar'.")]
    [InlineData("adding --steps 1", "--steps: expected 2 to 100000, found 1.")]
    [InlineData("copy --delay 0", "--delay: expected 1 to 100000, found 0.")]
    [InlineData("copy --iterations none", "--iterations: expected a whole number, found 'none'.")]
    [InlineData("copy --cells lstm,ltsm", "--cells: expected cells of")]
    public void Wrong_options_are_named_with_what_was_expected_and_found(string line, string message)
    {
        Assert.Equal(2, _tool.Run(line));
        Assert.Contains(message, _tool.Error, StringComparison.Ordinal);
    }

    private JsonElement Json(string line)
    {
        Assert.Equal(0, _tool.Run(line));
        return JsonDocument.Parse(_tool.Output).RootElement;
    }

    private static double Baseline(JsonElement report, string name, string figure) => report.GetProperty("baselines").EnumerateArray()
        .Single(baseline => baseline.GetProperty("name").GetString() == name).GetProperty("figures").GetProperty(figure).GetDouble();
}
