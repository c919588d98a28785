using System.Diagnostics;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;
using static SpanRnn.Tool.Display.Figures;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>The adding problem: which cells can carry two numbers over T steps?</summary>
internal sealed class AddingExperiment : IExperiment
{
    /// <summary>Sequences that models are judged by.</summary>
    public const int TestCount = 1000;

    private static readonly Measure WithinMeasure = new("within", $"within {AddingTask.Close}", "%", HigherIsBetter: true) { Factor = 100, Digits = 1 };
    private static readonly Measure SolvedMeasure = new("solvedAfter", "solved after", "updates", HigherIsBetter: false) { Digits = 0 };

    private readonly MemorySettings _settings;
    private readonly AddingTask _task;
    private readonly AddingSequences _validation, _test;

    public AddingExperiment(MemorySettings settings)
    {
        _settings = settings;
        _task = new AddingTask(settings.Steps);
        _validation = new AddingSequences(_task, MemoryTraining.ValidationCount, "validation");
        _test = new AddingSequences(_task, TestCount, "test");
        Baselines =
        [
            new("always 1", Quality(_test.ErrorOfOne, _test.CloseToOne))
            {
                Source = $"on the same {TestCount} sequences; 1/6 = 0.1667 in expectation, papers print 0.1767",
            },
            Published("RNN", 0.177),
            Published("LSTM", 0.164),
            Published("GRU", 5.3e-5),
        ];
    }

    public string Id => "adding";

    public string Digest => DataDigest.Of($"adding problem, T {_task.Steps}, any two steps", Array.Empty<string>());

    public IReadOnlyList<string> Announcement =>
    [
        $"The adding problem, T = {_task.Steps}: what is the sum of the two marked ones of {_task.Steps} uniform numbers?",
        $"Every batch is drawn anew; {MemoryTraining.ValidationCount} sequences decide which weights are kept, {Whole(TestCount)} others are the test. "
            + $"Solved: a mean squared error under {AddingTask.Solved}.",
        _settings.Announcement,
    ];

    public IReadOnlyList<Measure> Measures => [AddingTraining.Error, WithinMeasure, SolvedMeasure];

    public IReadOnlyList<BaselineReport> Baselines { get; }

    public Fit Open(Contender contender, WorkerTeam? team = null) =>
        MemoryFit.Of(AddingTraining.Begin(_task, _validation, contender, _settings, team), contender.Iterations);

    public Judgement Judge(Contender contender, ITraining training)
    {
        var adding = (AddingTraining)training;
        long begun = Stopwatch.GetTimestamp();
        (double error, double close) = _test.Measure(adding.Model);
        double microseconds = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / _test.Count;
        Dictionary<string, double> figures = Quality(error, close);
        if (adding.Curve.Any(point => point.Figure < AddingTask.Solved))
        {
            figures[SolvedMeasure.Id] = adding.Curve.First(point => point.Figure < AddingTask.Solved).Iteration;
        }

        return MemoryFit.Judged(adding, figures, microseconds);
    }

    private static Dictionary<string, double> Quality(double error, double close) => new() { [AddingTraining.Error.Id] = error, [WithinMeasure.Id] = close };

    private static BaselineReport Published(string cell, double error) =>
        new($"published {cell}, T = 600", new Dictionary<string, double> { [AddingTraining.Error.Id] = error })
        {
            Source = "Bai, Kolter and Koltun 2018, table 1, about 70,000 parameters",
        };
}
