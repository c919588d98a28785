using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Baselines;
using SpanRnn.Tool.Data;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Experiments.Classification;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Intent;

/// <summary>What the speaker of a sentence wants, read word by word, beside the training sentence that has most words in common.</summary>
internal sealed class IntentExperiment : IExperiment
{
    private const ulong SplitSeed = 1;
    private const int MinimumCount = 2;

    private readonly ClassifierSettings _settings;
    private readonly TextClasses _texts;
    private readonly Example[] _training, _heldOut;

    /// <summary>Cuts the sentences: a fifth of each intent is held out, drawn by a fixed seed.</summary>
    public IntentExperiment(IntentData data, ClassifierSettings settings)
    {
        _settings = settings;
        (int[] training, int[] heldOut) = StratifiedSplit.Of([.. data.Sentences.Select(sentence => sentence.Label)], 0.2, new RandomStream(SplitSeed));
        _texts = TextClasses.OfWords(training.Select(i => data.Sentences[i].Text), MinimumCount, data.Intents, settings.Steps);
        (_training, _heldOut) = (Examples(training), Examples(heldOut));
        Digest = DataDigest.Of($"split {SplitSeed}", data.Sentences.Select(sentence => $"{sentence.Label} {sentence.Text}"));

        string[][] known = [.. training.Select(i => WordVocabulary.Split(data.Sentences[i].Text))];
        var nearest = new NearestSentence(known);
        var answers = new Confusion(data.Intents);
        foreach (int i in heldOut)
        {
            answers.Add(data.Sentences[i].Label, data.Sentences[training[nearest.Find(WordVocabulary.Split(data.Sentences[i].Text))]].Label);
        }

        Baselines = [new("nearest sentence", answers.Figures) { Source = "the intent of the training sentence with the most words in common, rare words counting more." }];
        Announcement =
        [
            $"{data.Name}: {Figures.Whole(data.Sentences.Count)} sentences, {data.Intents.Count} intents: {string.Join(", ", data.Intents)}.",
            $"{Figures.Whole(training.Length)} to learn from, {Figures.Whole(heldOut.Length)} held out (a fifth of each intent, drawn by seed {SplitSeed}). The last weights are kept.",
            $"{Figures.Whole(_texts.Tokens)} words: those that occur twice, and one for all others. Embedding {settings.Embedding}, {settings.Layers} x {settings.Hidden} units a direction, "
                + $"{Classification.ClassifierArguments.IdOf(settings.Head)} over the steps, softmax.",
        ];

        Example[] Examples(int[] places) => [.. places.Select(i => new Example(_texts.Encode(data.Sentences[i].Text), data.Sentences[i].Label))];
    }

    public string Id => "intent";

    public IReadOnlyList<string> Announcement { get; }

    public string Digest { get; }

    public IReadOnlyList<Measure> Measures { get; } = [Measure.Accuracy, Measure.MacroF1];

    public IReadOnlyList<BaselineReport> Baselines { get; }

    public Fit Open(Contender contender, WorkerTeam? team = null) => new ClassifierTraining(_training, [], _texts, _settings with
    {
        Cell = contender.Cell,
        Bidirectional = contender.Bidirectional,
        Epochs = contender.Epochs,
        Seed = contender.Seed,
    }, team).Fit();

    public Judgement Judge(Contender contender, ITraining training)
    {
        ClassifierRunner runner = ((ClassifierTraining)training).Runner;
        Confusion answers = runner.Scores(_heldOut);
        return new Judgement(answers.Figures, runner.MedianMicroseconds(_heldOut)) { Details = answers.ToJson(), Drawings = [answers.ToClassTable()] };
    }
}
