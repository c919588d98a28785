using System.Diagnostics;
using System.Text.Json.Nodes;
using SpanRnn.Tool.Baselines;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>Short English sentences into French, word by word, with attention; beside copying and beside the nearest known sentence.</summary>
internal sealed class TranslateExperiment : IExperiment
{
    /// <summary>Translations that are shown.</summary>
    private const int Shown = 8;

    private readonly TranslationData _data;
    private readonly TranslateSettings _settings;
    private readonly int _beam;

    /// <param name="data">Cut already.</param>
    /// <param name="settings">By which it was.</param>
    /// <param name="beam">Translations that beam search follows at once.</param>
    public TranslateExperiment(TranslationData data, TranslateSettings settings, int beam)
    {
        (_data, _settings, _beam) = (data, settings, beam);
        Measures = [Greedy, Beam(beam), Exact];
        var known = data.Training;
        var nearest = new NearestSentence([.. known.Select(pair => pair.Source)]);
        Baselines =
        [
            new("copy", Scores(pair => pair.Source)) { Source = "the English words as they are." },
            new("nearest sentence", Scores(pair => known[nearest.Find(pair.Source)].Targets[0]))
            {
                Source = "the first translation of the training sentence with the most words in common, rare words counting more.",
            },
        ];
        Announcement =
        [
            $"{data.Name}: {Figures.Whole(data.All)} different English sentences; {Figures.Whole(data.Training.Count + data.Validation.Count + data.HeldOut.Count)} "
                + $"of them have at most {settings.Words} words, signs included, and a translation of at most {settings.TargetSteps - 1}.",
            $"{Figures.Whole(Pairs(data.Training))} pairs of {Figures.Whole(data.Training.Count)} sentences to learn from, {Figures.Whole(data.Validation.Count)} sentences to decide which weights are kept, "
                + $"{Figures.Whole(data.HeldOut.Count)} held out with {Figures.Whole(Pairs(data.HeldOut))} translations; no English sentence is in two parts.",
            $"Lower-cased; words that occur {settings.MinimumCount} times: {Figures.Whole(data.Languages.English.Count)} English, {Figures.Whole(data.Languages.French.Count)} French; one stands for all others.",
            $"Embedding {settings.Embedding}, encoder of {settings.Hidden} units in all, decoder of {settings.Hidden}, {settings.Attention.ToString().ToLowerInvariant()} attention. Batches of {settings.Batch} pairs, "
                + $"AdamW {settings.LearningRate:0.#####} falling to a fiftieth, weight decay {settings.WeightDecay:0.###}, norm clipped to {settings.Clip:0.##}, labels smoothed by {settings.Smoothing:0.##}.",
            $"BLEU-4 of the whole held-out part, without smoothing, on these words, against all translations of a sentence; {beam} wide beam search with length penalty.",
        ];

        Dictionary<string, double> Scores(Func<SentencePair, IReadOnlyList<string>> translate)
        {
            (Bleu bleu, double exact) = Judged(translate);
            return new() { [Greedy.Id] = bleu.Score, [Exact.Id] = exact };
        }
    }

    public string Id => "translate";

    public IReadOnlyList<string> Announcement { get; }

    public string Digest => _data.Digest;

    public IReadOnlyList<Measure> Measures { get; }

    public IReadOnlyList<BaselineReport> Baselines { get; }

    private static Measure Greedy { get; } = new("bleu", "BLEU-4", "", HigherIsBetter: true) { Factor = 100 };

    private static Measure Exact { get; } = new("exact", "word for word", "%", HigherIsBetter: true) { Factor = 100 };

    public Fit Open(Contender contender, WorkerTeam? team = null)
    {
        var training = TranslateTraining.Begin(_data, _settings, contender, team);
        return new Fit(training, new FitSettings
        {
            Iterations = Math.Max(1, (long)Math.Ceiling(contender.Epochs * training.BatchesPerEpoch)),
            EvaluateEvery = Math.Max(1, training.BatchesPerEpoch / 2),
        });
    }

    public Judgement Judge(Contender contender, ITraining training)
    {
        using var translator = new Translator(((TranslateTraining)training).Model, _data.Languages, _beam);
        translator.Translate(_data.HeldOut[0].Source);                 // compiles
        long begun = Stopwatch.GetTimestamp();
        string[][] greedy = [.. _data.HeldOut.Select(pair => translator.Translate(pair.Source).Words)];
        double each = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / greedy.Length;
        int place = 0;
        (Bleu bleu, double exact) = Judged(_ => greedy[place++]);
        (Bleu beam, _) = Judged(pair => translator.Search(pair.Source));
        return new Judgement(new Dictionary<string, double> { [Greedy.Id] = bleu.Score, [Measures[1].Id] = beam.Score, [Exact.Id] = exact }, each)
        {
            Details = new JsonObject
            {
                ["precisions"] = new JsonArray([.. Enumerable.Range(1, 4).Select(n => (JsonNode)bleu.Precision(n))]),
                ["brevityPenalty"] = bleu.BrevityPenalty,
                ["examples"] = new JsonArray([.. Enumerable.Range(0, Math.Min(Shown, greedy.Length)).Select(i => (JsonNode)new JsonObject
                {
                    ["english"] = string.Join(' ', _data.HeldOut[i].Source),
                    ["french"] = Words.Join(greedy[i]),
                    ["reference"] = Words.Join(_data.HeldOut[i].Targets[0]),
                })]),
            },
            Drawings = [new Spectre.Console.Rows(Enumerable.Range(0, Math.Min(Shown, greedy.Length)).Select(i => new Spectre.Console.Text(
                $"  {string.Join(' ', _data.HeldOut[i].Source)}  ->  {Words.Join(greedy[i])}   (one of {_data.HeldOut[i].Targets.Count}: {Words.Join(_data.HeldOut[i].Targets[0])})")))],
        };
    }

    private static Measure Beam(int width) => new("bleuBeam", $"BLEU-4, beam {width}", "", HigherIsBetter: true) { Factor = 100 };

    private static int Pairs(IReadOnlyList<SentencePair> sentences) => sentences.Sum(pair => pair.Targets.Count);

    /// <summary>BLEU, and the part of the translations that are one of the references.</summary>
    private (Bleu Bleu, double Exact) Judged(Func<SentencePair, IReadOnlyList<string>> translate)
    {
        var bleu = new Bleu();
        int exact = 0;
        foreach (SentencePair pair in _data.HeldOut)
        {
            IReadOnlyList<string> words = translate(pair);
            bleu.Add(words, pair.Targets);
            exact += pair.Targets.Any(target => target.SequenceEqual(words)) ? 1 : 0;
        }

        return (bleu, exact / (double)_data.HeldOut.Count);
    }
}
