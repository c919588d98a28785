using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Twin;
using SpanRnn.Training.Losses;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.Tests.Support;

/// <summary>One encoder-decoder and a batch for it, for engine and twin alike; every number follows from a seed.</summary>
internal sealed record WritingCase(string Name, TwinEncoderDecoder Twin, int SourceSteps, int Steps, int Rows, int Seed)
{
    public int[]? SourceLengths { get; init; }

    public int[]? Lengths { get; init; }

    public bool TakesTokens => Twin.SourceVocabulary > 0;

    /// <summary>Whether outputs are classes; else numbers.</summary>
    public bool HasClasses { get; init; } = true;

    public override string ToString() => Name;

    public EncoderDecoderOptions Options => new()
    {
        SourceVocabulary = Twin.SourceVocabulary,
        Encoder = Twin.Encoder is null ? null : EngineRun.OptionsOf(Twin.Encoder),
        VectorSize = Twin.Vector,
        TargetVocabulary = Twin.TargetVocabulary,
        FeedsBack = Twin.Decoder.Inputs > 0,
        Decoder = EngineRun.OptionsOf(Twin.Decoder.Inputs > 0 ? Twin.Decoder : Twin.Decoder with { Inputs = Twin.ContextSize }),
        Outputs = Twin.Outputs,
        Context = (Twin.Bridge != "zeros" ? ContextUse.InitialState : 0) | (Twin.AtFirstStep ? ContextUse.FirstStep : 0)
            | (Twin.AtEveryStep ? ContextUse.EveryStep : 0),
        Bridge = Twin.Bridge == "learned" ? BridgeKind.Learned : BridgeKind.Auto,
        Attention = Enum.Parse<AttentionKind>(Twin.Attention, ignoreCase: true),
        AttentionUnits = Twin.AttentionUnits,
        StartToken = 1,
    };

    public int[] SourceTokens => [.. Enumerable.Range(0, SourceSteps * Rows).Select(i => (i * 7 + Seed) % Twin.SourceVocabulary)];

    public double[] Source => TwinRandom.Values(Seed + 50, Twin.Encoder is null ? Rows * Twin.Vector : SourceSteps * Rows * Twin.Encoder.Inputs);

    public int[] Targets => [.. Enumerable.Range(0, Steps * Rows).Select(i => (i * 5 + i / 7 + Seed) % Twin.Outputs)];

    public double[] NumberTargets => TwinRandom.Values(Seed + 60, Steps * Rows * Twin.Outputs);

    public int LengthOf(int row) => Lengths is null ? Steps : Lengths[row];

    /// <summary>What the twin reads with teacher forcing.</summary>
    public TwinSequences Sequences => new(SourceSteps, Steps, Rows)
    {
        SourceTokens = TakesTokens ? SourceTokens : [],
        Source = TakesTokens ? [] : Source,
        SourceLengths = SourceLengths,
        Lengths = Lengths,
        ReadTokens = Twin.TargetVocabulary > 0 ? [.. Enumerable.Repeat(1, Rows), .. Targets[..^Rows]] : [],
        Read = Twin.TargetVocabulary == 0 && Twin.Decoder.Inputs > 0 ? [.. new double[Rows * Twin.Outputs], .. NumberTargets[..^(Rows * Twin.Outputs)]] : [],
    };

    public double Loss(IReadOnlyDictionary<string, double[]> weights, TwinSequences? sequences = null)
    {
        double[] outputs = Twin.Run(weights, sequences ?? Sequences);
        bool[] counts = [.. Enumerable.Range(0, Steps * Rows).Select(n => n / Rows < LengthOf(n % Rows))];
        return HasClasses
            ? TwinLosses.CrossEntropy(outputs, Twin.Outputs, [.. Targets.Select((target, n) => counts[n] ? target : -100)])
            : TwinLosses.MeanSquaredError(outputs, NumberTargets, [.. counts.Select(c => c ? 1.0 : 0)]);
    }

    public EncoderDecoder Load(Dictionary<string, double[]>? weights = null, Isa? isa = null)
    {
        var model = new EncoderDecoder(Options, isa ?? Isa.Best);
        Arenas.Load(model.Weights, weights ?? Arenas.Draw(model.Weights.Layout, Seed));
        model.Pack();
        return model;
    }

    /// <summary>A trainer that accumulates two batches: after one its gradients are there and the weights as before.</summary>
    public EncoderDecoderTrainer Trainer(EncoderDecoder model, TrainerOptions? options = null) => new(
        model, (options ?? new() { Steps = Steps, Optimizer = new Sgd(0.1), AccumulatedBatches = 2 }) with
        {
            Steps = Steps,
            SourceSteps = SourceSteps,
            Batch = Rows,
        })
    {
        ClassLoss = new SoftmaxCrossEntropy { Isa = model.Isa },
        NumberLoss = new MeanSquaredError { Isa = model.Isa },
    };

    public double Step(EncoderDecoderTrainer trainer) => (TakesTokens, HasClasses) switch
    {
        (true, true) => trainer.Step(SourceTokens, Targets, Rows, SourceLengths, Lengths),
        (true, false) => trainer.Step(SourceTokens, EngineRun.Floats(NumberTargets), Rows, SourceLengths, Lengths),
        (false, true) => trainer.Step(EngineRun.Floats(Source), Targets, Rows, SourceLengths, Lengths),
        _ => trainer.Step(EngineRun.Floats(Source), EngineRun.Floats(NumberTargets), Rows, SourceLengths, Lengths),
    };

    public double Evaluate(EncoderDecoderTrainer trainer) => (TakesTokens, HasClasses) switch
    {
        (true, true) => trainer.Evaluate(SourceTokens, Targets, Rows, SourceLengths, Lengths),
        (true, false) => trainer.Evaluate(SourceTokens, EngineRun.Floats(NumberTargets), Rows, SourceLengths, Lengths),
        (false, true) => trainer.Evaluate(EngineRun.Floats(Source), Targets, Rows, SourceLengths, Lengths),
        _ => trainer.Evaluate(EngineRun.Floats(Source), EngineRun.Floats(NumberTargets), Rows, SourceLengths, Lengths),
    } is var result ? result.Mean : 0;

    /// <summary>Outputs [T, B, Outputs] of the last run, 0 past a length.</summary>
    public float[] OutputsOf(EncoderDecoderTrainer trainer)
    {
        float[] outputs = new float[Steps * Rows * Twin.Outputs];
        RowView packed = trainer.Target.Logits;
        for (int row = 0; row < packed.Count; row++)
        {
            packed[row, Twin.Outputs].CopyTo(outputs.AsSpan(trainer.Target.Timeline.UserRows[row] * Twin.Outputs));
        }

        return outputs;
    }

    /// <summary>One target of the batch with its source alone.</summary>
    public (EncoderDecoderTrainer Trainer, float[] Outputs) Alone(EncoderDecoder model, int row)
    {
        EncoderDecoderTrainer trainer = Trainer(model);
        int sourceLength = SourceLengths is null ? SourceSteps : SourceLengths[row], length = LengthOf(row);
        int[] targets = [.. Enumerable.Range(0, length).Select(t => Targets[t * Rows + row])];
        float[] numbers = EngineRun.Floats(StateRows.Steps(NumberTargets, row, Rows, length, Twin.Outputs));
        if (TakesTokens)
        {
            int[] tokens = [.. Enumerable.Range(0, sourceLength).Select(t => SourceTokens[t * Rows + row])];
            _ = HasClasses ? trainer.Evaluate(tokens, targets) : trainer.Evaluate(tokens, numbers);
        }
        else
        {
            float[] x = EngineRun.Floats(Twin.Encoder is null
                ? Source[(row * Twin.Vector)..((row + 1) * Twin.Vector)] : StateRows.Steps(Source, row, Rows, sourceLength, Twin.Encoder.Inputs));
            _ = HasClasses ? trainer.Evaluate(x, targets) : trainer.Evaluate(x, numbers);
        }

        float[] outputs = new float[length * Twin.Outputs];
        for (int t = 0; t < length; t++)
        {
            trainer.Target.Logits[t, Twin.Outputs].CopyTo(outputs.AsSpan(t * Twin.Outputs));
        }

        return (trainer, outputs);
    }
}
