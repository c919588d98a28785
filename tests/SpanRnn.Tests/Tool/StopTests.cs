using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tool.Text;
using SpanRnn.Tool.Training;
using SpanRnn.Tool.Writing;
using Xunit;

namespace SpanRnn.Tests.Tool;

/// <summary>Ctrl+C, going on, and disks that fail.</summary>
public sealed class StopTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_stopped_tool_says_where_it_is_and_how_to_go_on_and_going_on_finishes_it()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Equal(130, _tool.Run($"--text {_tool.Text} --out {{0}}/runs --iterations 30 {ToolRun.Small}", stopped.Token));
        string checkpoint = _tool.Path("runs/rnn.checkpoint.safetensors");
        Assert.Contains("Stopped RNN (tanh) after iteration 0.", _tool.Error, StringComparison.Ordinal);
        Assert.Contains($"train --resume {checkpoint}", _tool.Error, StringComparison.Ordinal);
        Assert.Equal(0, _tool.Run($"train --resume {checkpoint}"));
        Assert.Contains("30 of 30", _tool.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CellKind.Lstm, false, 7)]
    [InlineData(CellKind.Gru, false, 10)]
    [InlineData(CellKind.Lstm, true, 13)]
    [InlineData(CellKind.Rnn, true, 40)]
    public void Going_on_gives_the_same_bits_as_not_having_stopped(CellKind cell, bool inStreams, int stopAfter)
    {
        Corpus corpus = Small();
        TrainingSettings settings = DefaultSettings.For(cell, 0) with
        {
            Order = inStreams ? DataOrder.Streams : DataOrder.Windows,
            Embedding = 4,
            Hidden = 8,
            Steps = 10,
            Batch = 4,
            Iterations = 60,
            EvaluateEvery = 5,
            Patience = 3,
            LearningRate = 0.02,
        };
        (RunFiles straight, RunFiles broken) = (Files("straight"), Files("broken"));
        double[] expected = Finish(corpus, settings, straight);

        using (var stop = new CancellationTokenSource())
        {
            using Fit run = Begin(corpus, settings);
            TextTrial trial = Trial(run, broken);
            Assert.Null(trial.Perform(progress => Cancel(progress.Iteration == stopAfter, stop), stop.Token));
            Assert.Equal(stopAfter, run.State.Iteration);
        }

        (SavedRun saved, RunFiles files) = SavedRun.Read(broken.Checkpoint);
        Assert.Equal(settings, saved.Settings);
        double[] found = Finish(corpus, settings, broken, run => Assert.True(saved.Restore(run, files)));
        Assert.Equal(expected, found);
        Assert.Equal(Weights(straight.Model), Weights(broken.Model));
        Assert.Equal(Weights(straight.Checkpoint), Weights(broken.Checkpoint));
    }

    [Fact]
    public void Going_on_without_the_best_weights_is_said_and_with_another_text_is_refused()
    {
        Assert.Equal(0, _tool.Run($"train --cell rnn --text {_tool.Text} --out {{0}} --iterations 30 {ToolRun.Small}"));
        File.Delete(_tool.Path("rnn.safetensors"));
        Assert.Equal(0, _tool.Run("train --resume {0}/rnn.checkpoint.safetensors --iterations 40"));
        Assert.Contains("the best weights so far are not there", _tool.Error, StringComparison.Ordinal);
        Assert.Equal(2, _tool.Run($"train --resume {{0}}/rnn.checkpoint.safetensors --text {_tool.Write("other.txt", new string('x', 500))}"));
        Assert.Contains("is not the text that", _tool.Error, StringComparison.Ordinal);
        Assert.Equal(2, _tool.Run("train --resume {0}/rnn.checkpoint.safetensors --hidden 9"));
        Assert.Contains("--hidden: a resumed training keeps its settings", _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_fails_does_not_disturb_the_training_and_leaves_old_files()
    {
        Corpus corpus = Small();
        RunFiles files = Files("disk");
        TrainingSettings settings = DefaultSettings.For(CellKind.Rnn, 0) with { Embedding = 4, Hidden = 8, Steps = 10, Batch = 2, Iterations = 4 };
        Finish(corpus, settings, files);
        byte[] old = File.ReadAllBytes(files.Model);

        RunFiles unwritable = files with { Checkpoint = Path.Combine(files.Model, "a file is no folder") };
        using Fit run = Begin(corpus, settings with { Seed = 2 });
        TextTrial trial = Trial(run, unwritable with { Model = unwritable.Checkpoint });
        Assert.NotNull(trial.Perform(_ => { }, CancellationToken.None));
        Assert.NotNull(trial.NotSaved);
        Assert.Equal(old, File.ReadAllBytes(files.Model));
    }

    [Fact]
    public void A_stopped_writer_ends_its_line()
    {
        Assert.Equal(0, _tool.Run($"train --cell gru --text {_tool.Text} --out {{0}} --iterations 1 {ToolRun.Small}"));
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Equal(130, _tool.Run("generate {0}/gru.safetensors --prompt the", stopped.Token));
        Assert.Equal("the", _tool.Output.TrimEnd());
    }

    private Corpus Small() => new(TextSource.File(_tool.Text), steps: 10);

    private RunFiles Files(string name)
    {
        RunFiles files = RunFiles.In(_tool.Path(name), "model");
        files.Prepare();
        return files;
    }

    private static Fit Begin(Corpus corpus, TrainingSettings settings) => new(TextTraining.Begin(corpus, settings), settings.Budget());

    private static TextTrial Trial(Fit run, RunFiles files) => new(
        run, files, new SavedText { Options = new TextOptions(), Digest = ((TextTraining)run.Training).Corpus.Digest }, new Prompt("the"), new WritingSettings(0.5, 10, 1));

    private static double[] Finish(Corpus corpus, TrainingSettings settings, RunFiles files, Action<Fit>? restore = null)
    {
        using Fit run = Begin(corpus, settings);
        restore?.Invoke(run);
        var report = Trial(run, files).Perform(_ => { }, CancellationToken.None);
        Assert.NotNull(report);
        return [report.TrainingLoss, report.TrainingBits!.Value, report.HeldOutBits!.Value, report.ValidationBits!.Value, report.BestIteration, report.Iterations];
    }

    private static void Cancel(bool now, CancellationTokenSource stop)
    {
        if (now)
        {
            stop.Cancel();
        }
    }

    private static float[] Weights(string path)
    {
        using LoadedModel loaded = ModelFile.Load(path);
        SequenceModel model = loaded.Model;
        var all = new List<float>();
        for (int i = 0; i < model.Weights.Layout.Tensors.Count; i++)
        {
            var copy = new float[model.Weights.Layout.Tensors[i].Count];
            model.Weights[i].CopyTo(copy);
            all.AddRange(copy);
        }

        return [.. all];
    }
}
