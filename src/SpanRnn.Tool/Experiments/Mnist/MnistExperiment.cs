using System.Diagnostics;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>Handwritten digits, read row by row as 28 steps of 28 numbers, told apart after the last.</summary>
/// <param name="data">The images.</param>
/// <param name="heldOut">Training images that stand in for the test images; 0: none.</param>
/// <param name="settings">By contender: its options are those in words.</param>
internal sealed class MnistExperiment(MnistData data, int heldOut, Func<Contender, MnistSettings> settings) : IExperiment
{
    public string Id => "mnist";

    public string Digest { get; } = DataDigest.Of($"held out {heldOut}", [.. data.Training.Bytes, .. data.Test.Bytes]);

    public IReadOnlyList<string> Announcement =>
    [
        $"MNIST: {Figures.Whole(data.Training.Count)} images to learn from, "
            + (heldOut > 0 ? $"the last {Figures.Whole(heldOut)} training images to be judged by; the test images are not looked at."
                : $"{Figures.Whole(data.Test.Count)} test images to be judged by."),
        "28 steps of 28 numbers, normalised by (0.1307, 0.3081); the last step's state decides. The last weights are kept.",
    ];

    public IReadOnlyList<Measure> Measures => [Measure.Accuracy, Measure.MacroF1];

    public IReadOnlyList<BaselineReport> Baselines { get; } =
    [
        new("published (LSTM)", new Dictionary<string, double> { [Measure.Accuracy.Id] = 0.9774 })
        {
            Source = "a tutorial's figure for 2 x 128 units, batch 100, Adam 0.001, 5 epochs",
        },
    ];

    public Fit Open(Contender contender, WorkerTeam? team = null)
    {
        MnistTraining training = MnistTraining.Begin(data.Training, contender, settings(contender), team);
        long iterations = Math.Max(1, (long)Math.Round(contender.Epochs * training.BatchesPerEpoch));
        return new Fit(training, new FitSettings { Iterations = iterations, EvaluateEvery = iterations });
    }

    public Judgement Judge(Contender contender, ITraining training)
    {
        var confusion = new Confusion([.. Enumerable.Range(0, 10).Select(digit => $"{digit}")]);
        using var classifier = new MnistClassifier(((SequenceTraining)training).Model);
        long begun = Stopwatch.GetTimestamp();
        int[] answers = classifier.Answers(data.Test);
        double each = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / data.Test.Count;
        for (int image = 0; image < answers.Length; image++)
        {
            confusion.Add(data.Test.Label(image), answers[image]);
        }

        return new Judgement(confusion.Figures, each)
        {
            Details = confusion.ToJson(),
            Drawings = [confusion.ToTable()],
        };
    }
}
