using SpanRnn.Models;
using SpanRnn.Tool.Experiments.Surnames;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Losses;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.SurnameWriting;

/// <summary>The training of a writer of names: every name once in each epoch, looked at by the bits of the validation part.</summary>
internal sealed class WriterTraining : EncoderDecoderTraining
{
    private readonly WriterSettings _settings;
    private readonly Surname[] _validation;
    private readonly (int[] Source, int[] Target)[] _names;
    private readonly EpochOrder _order;
    private readonly PairBatch _batch;
    private readonly float[] _vectors;

    private WriterTraining(SurnameData data, Alphabet alphabet, WriterSettings settings, ulong seed, EncoderDecoder model, EncoderDecoderTrainer trainer)
        : base(model, trainer)
    {
        (_settings, Alphabet, _validation) = (settings, alphabet, data.Validation);
        _names = [.. data.Training.Select(alphabet.Encode)];
        _order = new EpochOrder(_names.Length, settings.Batch, seed);
        _batch = new PairBatch(1, trainer.Options.Steps, settings.Batch);
        _vectors = new float[settings.Batch * alphabet.Languages.Count];
    }

    /// <summary>Mean of -log2 P over characters and ends.</summary>
    public static Measure Bits { get; } = new("bitsPerCharacter", "bits per character", "", HigherIsBetter: false) { Digits = 3 };

    public Alphabet Alphabet { get; }

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch => _order.BatchesPerEpoch;

    public override Measure Measure => Bits;

    public override string Unit => "names";

    public override double UnitsPerStep => _names.Length / (double)_order.BatchesPerEpoch;

    public override string Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    protected override IReadOnlyDictionary<string, string> Notes => Alphabet.Notes;

    /// <summary>Takes the memory and draws the first weights.</summary>
    public static WriterTraining Begin(SurnameData data, LanguageInput input, WriterSettings settings, Contender contender, WorkerTeam? team = null)
    {
        Alphabet alphabet = Alphabet.Of(data, input);
        var model = new EncoderDecoder(settings.Model(contender.Cell, alphabet));
        model.Initialize(contender.Seed);
        return new WriterTraining(data, alphabet, settings, contender.Seed, model, new EncoderDecoderTrainer(model, new TrainerOptions
        {
            Steps = alphabet.Longest + 1,
            SourceSteps = 1,
            Batch = settings.Batch,
            Optimizer = new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay),
            MaxGradientNorm = 1,
            Seed = contender.Seed,
            Team = team,
        }));
    }

    public override double Step(double part)
    {
        Set(_names, _order.Next());
        Trainer.Options.Optimizer.LearningRate = _settings.LearningRate * (1 + Math.Cos(Math.PI * part)) / 2;
        return Trainer.Step(Vectors, _batch.Target, _batch.Count, targetLengths: _batch.TargetLengths);
    }

    public override double? Look() => BitsOf(Evaluate(_validation));

    /// <summary>-log P of names, each character and end counted.</summary>
    public LossResult Evaluate(IEnumerable<Surname> names)
    {
        LossResult sum = default;
        foreach (Surname[] batch in names.Chunk(_settings.Batch))
        {
            Set([.. batch.Select(Alphabet.Encode)], [.. Enumerable.Range(0, batch.Length)]);
            sum += Trainer.Evaluate(Vectors, _batch.Target, _batch.Count, targetLengths: _batch.TargetLengths);
        }

        return sum;
    }

    /// <summary>The mean in bits.</summary>
    public static double BitsOf(LossResult loss) => loss.Mean / Math.Log(2);

    private ReadOnlySpan<float> Vectors => _vectors.AsSpan(0, _batch.Count * Alphabet.Languages.Count);

    private void Set(IReadOnlyList<(int[] Source, int[] Target)> names, ReadOnlySpan<int> places)
    {
        _batch.Set(names, places);
        Alphabet.WriteVectors(_batch.Source, _vectors);
    }
}
