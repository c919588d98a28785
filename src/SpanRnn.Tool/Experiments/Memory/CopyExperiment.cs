using System.Diagnostics;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>The copy memory problem: which cells can carry ten symbols over a delay?</summary>
internal sealed class CopyExperiment : IExperiment
{
    /// <summary>Sequences that models are judged by.</summary>
    public const int TestCount = 1000;

    private static readonly Measure RecalledMeasure = new("recalled", "recalled symbols right", "%", HigherIsBetter: true) { Factor = 100, Digits = 1 };

    private readonly MemorySettings _settings;
    private readonly CopyTask _task;
    private readonly CopySequences _validation, _test;

    public CopyExperiment(MemorySettings settings)
    {
        _settings = settings;
        _task = new CopyTask(settings.Steps);
        _validation = new CopySequences(_task, MemoryTraining.ValidationCount, "validation");
        _test = new CopySequences(_task, TestCount, "test");
        Baselines =
        [
            new("without memory", new Dictionary<string, double> { [CopyTraining.CrossEntropy.Id] = _task.Memoryless, [RecalledMeasure.Id] = 1.0 / CopyTask.Symbols })
            {
                Source = $"10 ln 8 / {_task.Steps}: it knows when to speak, and guesses",
            },
        ];
    }

    public string Id => "copy";

    public string Digest => DataDigest.Of($"copy memory problem, delay {_settings.Steps}", Array.Empty<string>());

    public IReadOnlyList<string> Announcement =>
    [
        $"The copy memory problem, delay {_settings.Steps}: {CopyTask.Length} symbols of {CopyTask.Symbols}, a long silence, a signal; then the symbols are wanted again.",
        $"Every batch is drawn anew; {MemoryTraining.ValidationCount} sequences decide which weights are kept, {Figures.Whole(TestCount)} others are the test.",
        _settings.Announcement,
    ];

    public IReadOnlyList<Measure> Measures => [CopyTraining.CrossEntropy, RecalledMeasure];

    public IReadOnlyList<BaselineReport> Baselines { get; }

    public Fit Open(Contender contender, WorkerTeam? team = null) =>
        MemoryFit.Of(CopyTraining.Begin(_task, _validation, contender, _settings, team), contender.Iterations);

    public Judgement Judge(Contender contender, ITraining training)
    {
        var copy = (CopyTraining)training;
        long begun = Stopwatch.GetTimestamp();
        (double crossEntropy, double recalled) = _test.Measure(copy.Model);
        double microseconds = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / _test.Count;
        return MemoryFit.Judged(
            copy, new Dictionary<string, double> { [CopyTraining.CrossEntropy.Id] = crossEntropy, [RecalledMeasure.Id] = recalled }, microseconds);
    }
}
