using SpanRnn.Tool.Experiments.Classification;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Sentiment;

/// <summary>Hotel reviews, positive or negative, read character by character, beside a logistic regression on pairs of characters.</summary>
internal sealed class SentimentExperiment : IExperiment
{
    /// <summary>The cut's, whatever the models' seeds are.</summary>
    private const ulong SplitSeed = 1;

    private static readonly string[] Names = ["negative", "positive"];

    private readonly ClassifierSettings _settings;
    private readonly TextClasses _texts;
    private readonly Example[] _training, _validation, _heldOut;

    /// <summary>Cuts the reviews and trains the baseline.</summary>
    /// <param name="reviews">All.</param>
    /// <param name="settings">What all models share; the cell, the directions, the epochs and the seed are each contender's.</param>
    /// <param name="validation">The part of what is not held out that decides which weights are kept; 0: the last are.</param>
    public SentimentExperiment(Reviews reviews, ClassifierSettings settings, double validation)
    {
        _settings = settings;
        (int[] training, int[] looked, int[] heldOut) = reviews.Split(SplitSeed, validation);
        int[] learnt = [.. training, .. looked];
        _texts = TextClasses.OfCharacters(learnt.Select(reviews.Text), Names, settings.Steps);
        (_training, _validation, _heldOut) = (Examples(training), Examples(looked), Examples(heldOut));
        Digest = reviews.DigestOf($"split {SplitSeed}, validation {Measure.Accuracy.Text(validation)}, steps {settings.Steps}");

        PairBaseline pairs = PairBaseline.Fit([.. learnt.Select(reviews.Text)], [.. learnt.Select(reviews.Label)], SplitSeed);
        var majority = new Confusion(Names);
        foreach (int review in heldOut)
        {
            majority.Add(reviews.Label(review), reviews.Positive(learnt) * 2 >= learnt.Length ? 1 : 0);
        }

        Baselines =
        [
            new("the larger class", majority.Figures) { Source = "always the class that is more frequent in the training part." },
            new("pairs, logistic", pairs.Scores([.. heldOut.Select(reviews.Text)], [.. heldOut.Select(reviews.Label)], Names).Figures)
            {
                Source = $"TF-IDF of {Figures.Whole(pairs.Pairs)} pairs of characters, logistic regression with L2, C = {pairs.Strength:0.##} chosen on a tenth of what it learns from, "
                    + "then learnt from all that is not held out.",
            },
        ];
        Announcement =
        [
            $"{reviews.Name}: {Figures.Whole(reviews.Count)} reviews, {Figures.Whole(reviews.Positive(Enumerable.Range(0, reviews.Count)))} positive"
                + (reviews.Empty > 0 ? $"; {reviews.Empty} without a text left out." : "."),
            $"{Part(training)} to learn from, {(looked.Length > 0 ? $"{Part(looked)} to decide which weights are kept" : "the last weights are kept")}, {Part(heldOut)} held out (split by seed {SplitSeed}, with the same mixture).",
            $"{Figures.Whole(_texts.Tokens)} characters; of a review longer than {settings.Steps} its first and last halves. Embedding {settings.Embedding}, "
                + $"{settings.Layers} x {settings.Hidden} units a direction, {HeadText} over the steps, softmax.",
            $"Batches of {settings.Batch}, AdamW {settings.LearningRate:0.#####} falling to a twentieth, weight decay {settings.WeightDecay:0.###}, norm clipped to {settings.Clip:0.##}; "
                + $"while training {settings.TokenDropout:P0} of the characters are hidden" + (settings.Layers > 1 ? $" and {settings.Dropout:P0} of the numbers between layers dropped." : "."),
        ];

        Example[] Examples(int[] places) => [.. places.Select(i => new Example(_texts.Encode(reviews.Text(i)), reviews.Label(i)))];
        string Part(int[] places) => $"{Figures.Whole(places.Length)} ({Figures.Whole(reviews.Positive(places))} positive)";
    }

    public string Id => "sentiment";

    public IReadOnlyList<string> Announcement { get; }

    public string Digest { get; }

    public IReadOnlyList<Measure> Measures { get; } = [Measure.Accuracy, Measure.MacroF1];

    public IReadOnlyList<BaselineReport> Baselines { get; }

    private string HeadText => _settings.Head switch
    {
        SpanRnn.Models.HeadInput.MeanSteps => "the mean",
        SpanRnn.Models.HeadInput.MaxSteps => "the largest",
        _ => "the last of each direction",
    };

    public Fit Open(Contender contender, WorkerTeam? team = null) => new ClassifierTraining(_training, _validation, _texts, _settings with
    {
        Cell = contender.Cell,
        Bidirectional = contender.Bidirectional,
        Epochs = contender.Epochs,
        Seed = contender.Seed,
    }, team).Fit();

    public Judgement Judge(Contender contender, ITraining training)
    {
        ClassifierRunner runner = ((ClassifierTraining)training).Runner;
        Confusion scores = runner.Scores(_heldOut);
        return new Judgement(scores.Figures, runner.MedianMicroseconds(_heldOut))
        {
            Details = scores.ToJson(),
            Drawings = [scores.ToClassTable()],
        };
    }
}
