using SpanRnn.Models;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>The training of a classifier of names, read character by character.</summary>
internal sealed class SurnameTraining : SequenceTraining
{
    private readonly SurnameData _data;
    private readonly SurnameSettings _settings;
    private readonly SurnameClassifier _classifier;
    private readonly EpochOrder _order;
    private readonly int[][] _names;
    private readonly int[] _tokens, _lengths, _targets;
    private readonly int _longest;

    private SurnameTraining(SurnameData data, SurnameSettings settings, ulong seed, SequenceModel model, Trainer trainer) : base(model, trainer)
    {
        (_data, _settings, _longest) = (data, settings, trainer.Options.Steps);
        _classifier = new SurnameClassifier(model, data.Vocabulary, _longest);
        _order = new EpochOrder(data.Training.Length, settings.Batch, seed);
        _names = [.. data.Training.Select(name => data.Vocabulary.Encode(name.Text))];
        _tokens = new int[_longest * settings.Batch];
        _lengths = new int[settings.Batch];
        _targets = new int[settings.Batch];
    }

    public SurnameClassifier Classifier => _classifier;

    public override Measure Measure => Measure.Accuracy;

    public override string Unit => "names";

    public override double UnitsPerStep => _names.Length / (double)_order.BatchesPerEpoch;

    public override Vocabulary Vocabulary => _data.Vocabulary;

    protected override IReadOnlyDictionary<string, string> Notes =>
        new Dictionary<string, string> { [NamesPredictCommand.Languages] = string.Join('\n', _data.Languages) };

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch => _order.BatchesPerEpoch;

    public override string Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    /// <summary>A new model and what it is trained on.</summary>
    public static SurnameTraining Begin(SurnameData data, Contender contender, SurnameSettings settings, WorkerTeam? team = null)
    {
        var model = new SequenceModel(new SequenceModelOptions
        {
            Vocabulary = data.Vocabulary.Count,
            Recurrent = new()
            {
                Cell = contender.Cell,
                Bidirectional = contender.Bidirectional,
                InputSize = settings.Embedding,
                HiddenSizes = Layers.RecurrentOptions.Sizes(settings.Hidden, settings.Layers),
                Dropout = (float)settings.Dropout,
            },
            Outputs = data.Languages.Count,
            Head = HeadInput.LastStep,
        });
        model.Initialize(contender.Seed);
        return new SurnameTraining(data, settings, contender.Seed, model, new Trainer(model, new TrainerOptions
        {
            Steps = data.Longest,
            Batch = settings.Batch,
            Optimizer = new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay),
            MaxGradientNorm = 1,
            Seed = contender.Seed,
            Team = team,
        }));
    }

    public override double Step(double part)
    {
        ReadOnlySpan<int> batch = _order.Next();
        int longest = 0;
        for (int b = 0; b < batch.Length; b++)
        {
            longest = Math.Max(longest, _names[batch[b]].Length);
        }

        for (int b = 0; b < batch.Length; b++)
        {
            _lengths[b] = SurnameClassifier.Write(_names[batch[b]], _tokens, b, batch.Length);
            _targets[b] = _data.Training[batch[b]].Language;
        }

        Trainer.Options.Optimizer.LearningRate = _settings.LearningRate * (1 + Math.Cos(Math.PI * part)) / 2;
        return Trainer.Step(_tokens.AsSpan(0, longest * batch.Length), _targets.AsSpan(0, batch.Length), batch.Length, _lengths.AsSpan(0, batch.Length));
    }

    public override double? Look()
    {
        int[] answers = _classifier.Answers([.. _data.Validation.Select(name => name.Text)]);
        return answers.Where((answer, i) => answer == _data.Validation[i].Language).Count() / (double)answers.Length;
    }

    public override void Dispose()
    {
        _classifier.Dispose();
        base.Dispose();
    }
}
