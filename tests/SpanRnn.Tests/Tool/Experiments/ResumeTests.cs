using SpanRnn.Formats;
using SpanRnn.Tool.Experiments;
using SpanRnn.Tool.Experiments.Mnist;
using SpanRnn.Tool.Experiments.Surnames;
using SpanRnn.Tool.Training;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

/// <summary>An experiment that is stopped goes on with --resume, to the same bits.</summary>
public sealed class ResumeTests : IDisposable
{
    private const string Mnist = "mnist --data {0} --cells lstm --recipes tuned --hidden 8 --batch 16 --epochs 2 --dropout 0.2";
    private const string Names = "names --data {0} --cells gru --one-way --hidden 8 --layers 2 --dropout 0.2 --batch 8 --epochs 4";

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    public void Images_stopped_after_any_step(int stopAfter)
    {
        DrawnDigits.Write(_tool, 100, 20);
        Assert.Equal(0, _tool.Run($"{Mnist} --out {{0}}/straight"));
        var settings = MnistSettings.Tuned(SpanRnn.Layers.CellKind.Lstm) with { Hidden = 8, Batch = 16, Dropout = 0.2 };
        Stop("lstm-1", stopAfter, new MnistExperiment(MnistData.Read(_tool.Path("."), null, 0), 0, _ => settings));
        GoOn(Mnist, "lstm-1");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    public void Names_stopped_after_any_step_with_the_best_weights_kept(int stopAfter)
    {
        DrawnNames.Write(_tool, 60);
        Assert.Equal(0, _tool.Run($"{Names} --out {{0}}/straight"));
        var settings = new SurnameSettings { Hidden = 8, Layers = 2, Dropout = 0.2, Batch = 8 };
        Stop("gru-1", stopAfter, new SurnameExperiment(SurnameData.Read(_tool.Path("."), null, false), settings));
        GoOn(Names, "gru-1");
    }

    [Fact]
    public void A_stop_before_the_first_step_has_exit_code_130_and_tells_how_to_go_on()
    {
        DrawnDigits.Write(_tool, 40, 20);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Equal(130, _tool.Run($"{Mnist} --out {{0}}/runs", stopped.Token));
        Assert.Contains("Stopped LSTM after iteration 0.", _tool.Error, StringComparison.Ordinal);
        Assert.Contains("--out " + _tool.Path("runs") + " --resume", _tool.Error, StringComparison.Ordinal);
        Assert.Equal(0, _tool.Run($"{Mnist} --out {{0}}/runs --resume"));
    }

    [Fact]
    public void What_is_done_is_only_judged_again()
    {
        DrawnDigits.Write(_tool, 40, 20);
        double first = _tool.Json($"{Mnist} --json --out {{0}}/runs").Figure("lstm-1", "accuracy");
        float[] weights = Weights("runs", "lstm-1.safetensors");
        Assert.Equal(first, _tool.Json($"{Mnist} --json --resume --out {{0}}/runs").Figure("lstm-1", "accuracy"));
        Assert.Equal(weights, Weights("runs", "lstm-1.safetensors"));
    }

    [Fact]
    public void Other_settings_and_other_data_are_refused()
    {
        DrawnDigits.Write(_tool, 40, 20);
        Assert.Equal(0, _tool.Run($"{Mnist} --out {{0}}/runs"));
        _tool.Refused($"{Mnist} --learning-rate 0.1 --resume --out {{0}}/runs", "lstm-1.checkpoint.safetensors: a resumed training keeps its settings");
        DrawnDigits.Write(_tool, 40, 20, seed: 2);
        _tool.Refused($"{Mnist} --resume --out {{0}}/runs", "lstm-1.checkpoint.safetensors: is of other data");
    }

    /// <summary>Trains the same contender as the straight run, and stops after some steps.</summary>
    private void Stop(string id, int stopAfter, IExperiment experiment)
    {
        SavedContender straight;
        using (LoadedModel loaded = ModelFile.Load(_tool.Path($"straight/{id}.safetensors")))
        {
            straight = SavedContender.Of(id, loaded.Metadata);
        }

        Assert.Equal(straight.Digest, experiment.Digest);
        RunFiles files = RunFiles.In(_tool.Path("broken"), id);
        files.Prepare();
        using var stop = new CancellationTokenSource();
        using var trial = new ContenderTrial(experiment, straight.Contender, experiment.Open(straight.Contender), files, "stopped");
        Assert.Null(trial.Perform(
            progress =>
            {
                if (progress.Iteration == stopAfter)
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        Assert.Equal(stopAfter, trial.Fit.State.Iteration);
        Assert.True(stopAfter < straight.State.Iteration);
    }

    private void GoOn(string line, string id)
    {
        Assert.Equal(0, _tool.Run($"{line} --out {{0}}/broken --resume"));
        foreach (string file in (string[])[$"{id}.safetensors", $"{id}.checkpoint.safetensors"])
        {
            Assert.Equal(Weights("straight", file), Weights("broken", file));
        }
    }

    private float[] Weights(string folder, string file)
    {
        using LoadedModel loaded = ModelFile.Load(_tool.Path($"{folder}/{file}"));
        var all = new List<float>();
        for (int i = 0; i < loaded.Model.Weights.Layout.Tensors.Count; i++)
        {
            var copy = new float[loaded.Model.Weights.Layout.Tensors[i].Count];
            loaded.Model.Weights[i].CopyTo(copy);
            all.AddRange(copy);
        }

        return [.. all];
    }
}
