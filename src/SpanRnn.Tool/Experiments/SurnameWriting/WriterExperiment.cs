using System.Diagnostics;
using System.Text.Json.Nodes;
using SpanRnn.Models;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Experiments.Surnames;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Losses;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.SurnameWriting;

/// <summary>From a language to a surname, letter by letter: one vector in, a sequence out; beside pairs of characters.</summary>
internal sealed class WriterExperiment : IExperiment
{
    /// <summary>Names that are written in each language.</summary>
    private const int Shown = 4;

    private static readonly Measure Unseen = WriterTraining.Bits with { Id = "unseenBitsPerCharacter", Name = "unseen names" };

    private readonly SurnameData _data;
    private readonly WriterSettings _settings;
    private readonly double _temperature;
    private readonly IReadOnlyDictionary<string, LanguageInput> _inputs;
    private readonly SurnameBigrams _bigrams;
    private readonly double _part;

    /// <param name="data">The names.</param>
    /// <param name="settings">Of all contenders.</param>
    /// <param name="temperature">Of the names that are shown.</param>
    /// <param name="inputs">How each contender, by its id, is told the language.</param>
    public WriterExperiment(SurnameData data, WriterSettings settings, double temperature, IReadOnlyDictionary<string, LanguageInput> inputs)
    {
        (_data, _settings, _temperature, _inputs) = (data, settings, temperature, inputs);
        Digest = data.Digest;
        _bigrams = new SurnameBigrams(data);
        _part = _bigrams.BestPart(data.Validation);
        Baselines =
        [
            new("bigrams of all languages", Scores(names => _bigrams.BitsPerCharacter(names, part: 0))),
            new("bigrams of the language", Scores(names => _bigrams.BitsPerCharacter(names, _part)))
            {
                Source = FormattableString.Invariant($"{_part:0.00} of the language's own and {1 - _part:0.00} of all languages', the parts that suit the validation names; Kneser-Ney smoothed."),
            },
        ];
    }

    public string Id => "surnames";

    public string Digest { get; }

    public IReadOnlyList<string> Announcement =>
    [
        $"Surnames of {_data.Languages.Count} languages, each cut by a fixed seed: {Figures.Whole(_data.Training.Length)} to learn from, "
            + $"{Figures.Whole(_data.Validation.Length)} to choose weights by, {Figures.Whole(_data.Test.Length)} to be judged by.",
        $"Bits per character, the end of a name counted, given the language. {Figures.Whole(_data.Test.Count(_data.IsSeen))} of the names to be judged by "
            + "are also among those to learn from; \"unseen names\" is without them.",
        $"{_settings}.",
    ];

    public IReadOnlyList<Measure> Measures => [WriterTraining.Bits, Unseen];

    public IReadOnlyList<BaselineReport> Baselines { get; }

    public Fit Open(Contender contender, WorkerTeam? team = null)
    {
        WriterTraining training = WriterTraining.Begin(_data, _inputs[contender.Id], _settings, contender, team);
        return new Fit(training, new FitSettings
        {
            Iterations = Math.Max(1, (long)Math.Round(contender.Epochs * training.BatchesPerEpoch)),
            EvaluateEvery = training.BatchesPerEpoch,
        });
    }

    public Judgement Judge(Contender contender, ITraining training)
    {
        var trained = (WriterTraining)training;
        using var writer = new NameWriter(trained.Model, trained.Alphabet);
        var sampler = new TokenSampler(_temperature, contender.Seed);
        HashSet<string> known = [.. _data.Training.Select(name => name.Text)];
        string[][] written = [.. _data.Languages.Select(_ => new string[Shown])];
        writer.Write(0, new TokenSampler());                          // compiles
        long begun = Stopwatch.GetTimestamp();
        for (int i = 0; i < written.Length * Shown; i++)
        {
            written[i / Shown][i % Shown] = writer.Write(i / Shown, sampler);
        }

        double each = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / (written.Length * Shown);
        WrittenNames[] languages = [.. _data.Languages.Select((language, i) => Of(language, i))];
        return new Judgement(Scores(names => WriterTraining.BitsOf(trained.Evaluate(names))), each)
        {
            Details = new JsonObject { ["temperature"] = _temperature, ["languages"] = new JsonArray([.. languages.Select(language => (JsonNode)language.ToJson())]) },
            Drawings = trained.Alphabet.Input == LanguageInput.None ? [] : [WrittenNames.ToTable(languages)],
        };

        WrittenNames Of(string language, int index)
        {
            Surname[] names = [.. _data.Test.Where(name => name.Language == index)];
            LossResult loss = trained.Evaluate(names);
            return new WrittenNames
            {
                Language = language,
                Names = names.Length,
                Bits = WriterTraining.BitsOf(loss),
                BigramBits = _bigrams.BitsPerCharacter(names, _part),
                Written = [.. written[index].Select(name => (name, known.Contains(name)))],
            };
        }
    }

    private Dictionary<string, double> Scores(Func<IReadOnlyList<Surname>, double> bits)
    {
        var figures = new Dictionary<string, double> { [WriterTraining.Bits.Id] = bits(_data.Test) };
        Surname[] unseen = [.. _data.Test.Where(name => !_data.IsSeen(name))];
        if (unseen.Length > 0)
        {
            figures[Unseen.Id] = bits(unseen);
        }

        return figures;
    }
}
