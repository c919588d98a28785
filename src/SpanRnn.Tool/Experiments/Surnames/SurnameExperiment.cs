using System.Diagnostics;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>From a surname to its language, character by character.</summary>
/// <param name="data">The names.</param>
/// <param name="settings">Of all contenders.</param>
internal sealed class SurnameExperiment(SurnameData data, SurnameSettings settings) : IExperiment
{
    private static readonly Measure Unseen = new("unseenAccuracy", "accuracy, unseen", "%", HigherIsBetter: true) { Factor = 100 };

    public string Id => "names";

    public string Digest { get; } = data.Digest;

    public IReadOnlyList<string> Announcement =>
    [
        $"Surnames of {data.Languages.Count} languages, each cut by a fixed seed: {Figures.Whole(data.Training.Length)} to learn from, "
            + $"{Figures.Whole(data.Validation.Length)} to choose weights by, {Figures.Whole(data.Test.Length)} to be judged by.",
        $"The files repeat names: {Figures.Whole(data.Test.Count(data.IsSeen))} of the latter are also among the former; \"unseen\" is without them.",
        $"{settings}; the last step's state decides.",
    ];

    public IReadOnlyList<Measure> Measures => [Measure.Accuracy, Measure.MacroF1, Unseen];

    public IReadOnlyList<BaselineReport> Baselines { get; } = BaselinesOf(data);

    public Fit Open(Contender contender, WorkerTeam? team = null)
    {
        SurnameTraining training = SurnameTraining.Begin(data, contender, settings, team);
        return new Fit(training, new FitSettings
        {
            Iterations = Math.Max(1, (long)Math.Round(contender.Epochs * training.BatchesPerEpoch)),
            EvaluateEvery = training.BatchesPerEpoch,
        });
    }

    public Judgement Judge(Contender contender, ITraining training)
    {
        string[] names = [.. data.Test.Select(name => name.Text)];
        long begun = Stopwatch.GetTimestamp();
        int[] answers = ((SurnameTraining)training).Classifier.Answers(names);
        double each = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / names.Length;
        (Confusion confusion, Dictionary<string, double> figures) = Score(data, answers);
        return new Judgement(figures, each) { Details = confusion.ToJson(), Drawings = [confusion.ToClassTable()] };
    }

    private static List<BaselineReport> BaselinesOf(SurnameData data)
    {
        int majority = data.Training.CountBy(name => name.Language).MaxBy(pair => pair.Value).Key;
        var bayes = new SurnameBayes(data);
        return
        [
            new($"always {data.Languages[majority]}", Score(data, [.. data.Test.Select(_ => majority)]).Figures),
            new("bigrams, naive Bayes", Score(data, [.. data.Test.Select(name => bayes.Answer(name.Text))]).Figures),
        ];
    }

    private static (Confusion Confusion, Dictionary<string, double> Figures) Score(SurnameData data, int[] answers)
    {
        Confusion all = new(data.Languages), unseen = new(data.Languages);
        for (int i = 0; i < answers.Length; i++)
        {
            all.Add(data.Test[i].Language, answers[i]);
            if (!data.IsSeen(data.Test[i]))
            {
                unseen.Add(data.Test[i].Language, answers[i]);
            }
        }

        var figures = new Dictionary<string, double>(all.Figures);
        if (unseen.Total > 0)
        {
            figures[Unseen.Id] = unseen.Accuracy;
        }

        return (all, figures);
    }
}
