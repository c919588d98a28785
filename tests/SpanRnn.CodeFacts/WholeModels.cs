using SpanRnn.Interchange;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;

namespace SpanRnn.CodeFacts;

/// <summary>Steps of whole models, our own and imported ones, with tokens and with numbers, in every format of weights.</summary>
internal static class WholeModels
{
    private const int Size = 5, Units = 40, Outputs = 24;

    private static readonly StageActivation[] Functions =
    [
        StageActivation.Identity, StageActivation.Tanh, new(ActivationFunction.ScaledTanh, 1.7f, 0.6f), StageActivation.PRelu([0.5f]),
        StageActivation.LeakyRelu(0.3f), StageActivation.Elu(1.5f), StageActivation.Softsign, new(ActivationFunction.Affine, 2f, 0.1f),
        new(ActivationFunction.ThresholdedRelu, -0.5f), StageActivation.Softplus, StageActivation.Relu, StageActivation.HardSigmoid(0.2f, 0.1f),
        StageActivation.Sigmoid, StageActivation.LogSoftmax, StageActivation.Softmax,
    ];

    public static void Run(CellKind cell)
    {
        foreach (WeightFormat format in (ReadOnlySpan<WeightFormat>)[WeightFormat.Float32, WeightFormat.BFloat16, WeightFormat.Int8])
        {
            Own(cell, format, tokens: 0);
            Own(cell, format, tokens: Size);
            Imported(cell, format, tokens: false);
            Imported(cell, format, tokens: true);
        }
    }

    private static void Own(CellKind cell, WeightFormat format, int tokens)
    {
        using var model = new SequenceModel(new SequenceModelOptions
        {
            Vocabulary = tokens,
            Recurrent = new() { Cell = cell, InputSize = Size, HiddenSizes = [Units] },
            Outputs = Outputs,
        });
        model.Initialize(1);
        using SequenceSession session = model.Freeze(format).CreateSession();
        float[] y = new float[Outputs];
        if (tokens > 0)
        {
            session.Step(1, y);
        }
        else
        {
            session.Step(new float[Size], y);
        }
    }

    private static void Imported(CellKind cell, WeightFormat format, bool tokens)
    {
        var recurrent = new Recurrent(new RecurrentOptions { Cell = cell, InputSize = Size, HiddenSizes = [Units] });
        recurrent.Initialize(1);
        ModelStage[] stages =
        [
            tokens ? new EmbeddingStage(new float[Size * Size], Size, Size)
                : new ConvolutionStage(new float[2 * Size * Size], [], Size, Size, 2, activation: StageActivation.Relu),
            new RecurrentStage(recurrent),
            new DenseStage(new float[Units * Outputs], new float[Outputs], Units, Outputs, StageActivation.Tanh),
            new ScaleStage(new float[Outputs], new float[Outputs]),
            .. tokens ? (ModelStage[])[] : [new InputSkipStage(Outputs, Size)],
            .. Functions.Select(function => new ActivationStage(function, Outputs)),
        ];
        using var model = new ImportedModel(stages, new ModelSummary { Format = "a fact's" });
        using ImportedSession session = model.CreateSession(format);
        float[] y = new float[Outputs];
        if (tokens)
        {
            session.Step(1, y);
        }
        else
        {
            session.Step(new float[Size], y);
        }
    }
}
