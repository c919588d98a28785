using SpanRnn.Interchange;
using SpanRnn.Interchange.Stages;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;

namespace SpanRnn.Tests.Interchange;

/// <summary>Models with drawn weights that have every kind of stage, for the laws.</summary>
internal static class AssembledModels
{
    public const int Inputs = 3, Tokens = 11;

    /// <summary>A name for each; the law runs over all.</summary>
    public static readonly string[] Names = ["audio", "tokens", "gru", "last step", "both ways", "merged", "reversed", "convolution", "every function"];

    /// <summary>Whether every layer runs forward.</summary>
    public static bool CanStep(string name) => name is not ("both ways" or "merged" or "reversed");

    public static ImportedModel Create(string name, Isa isa) =>
        new([.. Stages(name, isa)], new ModelSummary { Format = "a test's" }) { Isa = isa };

    private static IEnumerable<ModelStage> Stages(string name, Isa isa) => name switch
    {
        "audio" => [Dense(1, Inputs, 20, StageActivation.Tanh), Lstm(isa, 20, [18, 7], initial: true), Dense(3, 7, 2), new InputSkipStage(2, 2)],
        "tokens" => [new EmbeddingStage(Numbers.Of(4, Tokens * 5), Tokens, 5), Lstm(isa, 5, [9]), Dense(5, 9, Tokens), Activation(StageActivation.Softmax, Tokens)],
        "gru" => [Of(isa, new() { Cell = CellKind.GruResetBefore, InputSize = Inputs, HiddenSizes = [17] }), Dense(6, 17, 33, StageActivation.LogSoftmax)],
        "last step" => [Lstm(isa, Inputs, [6]), Dense(7, 6, 5), new SelectionStage(SelectedStep.LastStep, 5), Activation(StageActivation.Elu(), 5)],
        "both ways" =>
        [
            Of(isa, new() { Cell = CellKind.Gru, InputSize = Inputs, HiddenSizes = [5, 4], Bidirectional = true, Bias = BiasKind.Double }),
            new SelectionStage(SelectedStep.FinalState, 8),
            Dense(8, 8, 3),
        ],
        "merged" =>
        [
            Of(isa, new() { InputSize = Inputs, HiddenSizes = [5, 4], Bidirectional = true, Merge = MergeMode.Average }),
            new SelectionStage(SelectedStep.FinalState, 4),
        ],
        "reversed" => [Dense(15, Inputs, 6), Of(isa, new() { Cell = CellKind.Rnn, InputSize = 6, HiddenSizes = [5, 18], Direction = Direction.Reverse })],
        "convolution" =>
        [
            new ConvolutionStage(Numbers.Of(16, 3 * Inputs * 7), Numbers.Of(17, 7), Inputs, 7, 3, 2, StageActivation.Relu),
            Of(isa, new() { Cell = CellKind.Gru, InputSize = 7, HiddenSizes = [9] }),
            new ConvolutionStage(Numbers.Of(18, 2 * 9 * 4), [], 9, 4, 2),
        ],
        _ => [Dense(9, Inputs, 19), .. Functions.Select(function => Activation(function, 19)), new ScaleStage(Numbers.Of(10, 19), Numbers.Of(11, 19))],
    };

    /// <summary>One of each that takes every number alone.</summary>
    public static StageActivation[] Functions { get; } =
    [
        StageActivation.Tanh, new(ActivationFunction.ScaledTanh, 1.7f, 0.6f), StageActivation.PRelu(Numbers.Of(12, 19)), StageActivation.LeakyRelu(0.3f),
        StageActivation.Elu(1.5f), StageActivation.Softsign, new(ActivationFunction.Affine, 2f, 0.1f), new(ActivationFunction.ThresholdedRelu, -0.5f),
        StageActivation.Softplus, StageActivation.Relu, StageActivation.HardSigmoid(0.2f, 0.1f), StageActivation.Sigmoid, StageActivation.Identity,
    ];

    private static DenseStage Dense(int seed, int inputs, int outputs, StageActivation? activation = null) =>
        new(Numbers.Of(seed, inputs * outputs), seed % 2 == 0 ? [] : Numbers.Of(seed + 50, outputs), inputs, outputs, activation);

    private static ActivationStage Activation(StageActivation activation, int size) => new(activation, size);

    private static RecurrentStage Lstm(Isa isa, int inputs, int[] hidden, bool initial = false) =>
        Of(isa, new() { InputSize = inputs, HiddenSizes = hidden }, initial);

    private static RecurrentStage Of(Isa isa, RecurrentOptions options, bool initial = false)
    {
        var recurrent = new Recurrent(options, isa);
        recurrent.Initialize(5);
        return new RecurrentStage(
            recurrent, initial ? Numbers.Of(13, recurrent.HiddenStateSize) : [], initial ? Numbers.Of(14, recurrent.CellStateSize) : []);
    }
}
