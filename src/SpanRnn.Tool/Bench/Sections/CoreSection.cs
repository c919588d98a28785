using System.Diagnostics;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Bench.Models;
using SpanRnn.Tool.Bench.Reports;
using SpanRnn.Tool.Bench.Timing;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Bench.Sections;

/// <summary>Training steps and a large single step on one thread and on a team, in turns.</summary>
internal static class CoreSection
{
    private const int Symbols = 1500, TextSteps = 50, TextBatch = 32, Pixels = 28, RowSteps = 28, RowBatch = 100, Digits = 10;

    /// <returns>A row for each kind of work that came to the end of its first round.</returns>
    public static IReadOnlyList<CoreRow> Measure(BenchSettings settings, SectionTime time)
    {
        using var team = new WorkerTeam(settings.Threads);
        (int text, int rows, int step) = (settings.CoreTextUnits, settings.CoreRowUnits, settings.CoreStepUnits);
        CoreRow?[] found =
        [
            Next(3, seconds => Training(
                $"training, LSTM 2 x {text}, T = {TextSteps}, batch {TextBatch}", SequenceModelOptions.Language(CellKind.Lstm, Symbols, text, text, layers: 2),
                TextSteps, TextBatch, team, seconds, time)),
            Next(2, seconds => Training($"training, LSTM 2 x {rows}, T = {RowSteps}, batch {RowBatch}", Rows(rows), RowSteps, RowBatch, team, seconds, time)),
            Next(1, seconds => Step($"step, LSTM {step} x {step}", step, team, seconds, time)),
        ];
        return [.. found.OfType<CoreRow>()];

        CoreRow? Next(int left, Func<double, CoreRow?> measure) => time.IsStopped ? null : measure(time.Left / left);
    }

    private static SequenceModelOptions Rows(int units) => new()
    {
        Recurrent = new() { Cell = CellKind.Lstm, InputSize = Pixels, HiddenSizes = RecurrentOptions.Sizes(units, 2) },
        Outputs = Digits,
        Head = HeadInput.LastStep,
    };

    private static CoreRow? Training(string name, SequenceModelOptions options, int steps, int batch, WorkerTeam team, double seconds, SectionTime time)
    {
        double until = time.Left - seconds;
        using var model = new SequenceModel(options);
        model.Initialize(1);
        using Trainer one = Trainer(null), many = Trainer(team);
        bool isText = model.TakesTokens;
        var random = new RandomStream(1);
        int[] tokens = [.. Enumerable.Range(0, isText ? steps * batch : 0).Select(_ => random.NextInt32(options.Vocabulary))];
        int[] targets = [.. Enumerable.Range(0, isText ? steps * batch : batch).Select(_ => random.NextInt32(options.Outputs))];
        var x = new float[isText ? 0 : steps * batch * Pixels];
        random.FillNormal(x, 0f, 1f);
        return Compare(name, Work(one), Work(many), Math.Max(0, time.Left - until), time);

        Trainer Trainer(WorkerTeam? shared) => new(model, new() { Steps = steps, Batch = batch, Optimizer = new Adam(learningRate: 0.001), Team = shared });

        TimedWork Work(Trainer trainer) => new(
            count =>
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < count; i++)
                {
                    _ = isText ? trainer.Step(tokens, targets, batch) : trainer.Step(x, targets, batch);
                }

                return Stopwatch.GetTimestamp() - start;
            },
            steps * batch);
    }

    private static CoreRow? Step(string name, int units, WorkerTeam team, double seconds, SectionTime time)
    {
        double until = time.Left - seconds;
        using var layer = new Recurrent(new RecurrentOptions { Cell = CellKind.Lstm, InputSize = units, HiddenSizes = [units] });
        layer.Initialize(1);
        FrozenRecurrent weights = layer.Freeze();
        using LayerStream one = new(weights.CreateSession()), many = new(weights.CreateSession(team));
        return Compare(name, TimedWork.Of(one), TimedWork.Of(many), Math.Max(0, time.Left - until), time);
    }

    private static CoreRow? Compare(string name, TimedWork one, TimedWork many, double seconds, SectionTime time)
    {
        RoundTimes[] times = Turns.Measure([one, many], seconds, time);
        return double.IsNaN(times[0].Median) ? null : new CoreRow(name, times[0].Median, times[1].Median, times[0].RatioTo(times[1]));
    }
}
