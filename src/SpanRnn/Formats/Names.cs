using SpanRnn.Cells;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;

namespace SpanRnn.Formats;

/// <summary>The words of our metadata. They are written out, so that renaming a type cannot change the format.</summary>
internal static class Names
{
    /// <summary>Every key of ours starts so; the others are the caller's.</summary>
    public const string Prefix = "spanrnn.";

    public const string Format = Prefix + "format", Version = Prefix + "version";

    /// <summary>The format's versions: 2 has options, and 3 weights, that a reader of those before does not know, so only files that need it say so.</summary>
    public const string FirstVersion = "1", SecondVersion = "2", CurrentVersion = "3";

    /// <summary>What <see cref="Format"/> can be.</summary>
    public const string Model = "model", Recurrent = "recurrent", Checkpoint = "checkpoint", EncoderDecoder = "encoder_decoder",
        EncoderDecoderCheckpoint = "encoder_decoder_checkpoint";

    public const string Vocabulary = Prefix + "vocabulary";

    /// <summary>How matrices are kept, where it is not as float32.</summary>
    public const string Weights = Prefix + "weights";

    public static readonly (string Name, WeightFormat Value)[] WeightFormats =
        [("float32", WeightFormat.Float32), ("bf16", WeightFormat.BFloat16), ("int8", WeightFormat.Int8)];

    public static readonly (string Name, CellKind Value)[] Cells =
    [
        ("rnn", CellKind.Rnn), ("rnn_relu", CellKind.RnnRelu), ("lstm", CellKind.Lstm), ("gru", CellKind.Gru),
        ("gru_reset_before", CellKind.GruResetBefore),
    ];

    public static readonly (string Name, BiasKind Value)[] Biases =
        [("none", BiasKind.None), ("single", BiasKind.Single), ("double", BiasKind.Double)];

    public static readonly (string Name, Direction Value)[] Directions =
        [("forward", Direction.Forward), ("reverse", Direction.Reverse), ("bidirectional", Direction.Bidirectional)];

    public static readonly (string Name, MergeMode Value)[] Merges =
        [("concat", MergeMode.Concat), ("sum", MergeMode.Sum), ("multiply", MergeMode.Multiply), ("average", MergeMode.Average)];

    public static readonly (string Name, ActivationKind Value)[] Activations =
    [
        ("relu", ActivationKind.Relu), ("tanh", ActivationKind.Tanh), ("sigmoid", ActivationKind.Sigmoid), ("affine", ActivationKind.Affine),
        ("leaky_relu", ActivationKind.LeakyRelu), ("thresholded_relu", ActivationKind.ThresholdedRelu),
        ("scaled_tanh", ActivationKind.ScaledTanh), ("hard_sigmoid", ActivationKind.HardSigmoid), ("elu", ActivationKind.Elu),
        ("softsign", ActivationKind.Softsign), ("softplus", ActivationKind.Softplus),
    ];

    public static readonly (string Name, HeadInput Value)[] Heads =
    [
        ("every_step", HeadInput.EveryStep), ("last_step", HeadInput.LastStep), ("mean_steps", HeadInput.MeanSteps), ("max_steps", HeadInput.MaxSteps),
    ];

    public static readonly (string Name, bool Value)[] Truths = [("false", false), ("true", true)];

    public static string Of<T>((string Name, T Value)[] names, T value) where T : struct
    {
        foreach ((string name, T known) in names)
        {
            if (EqualityComparer<T>.Default.Equals(known, value))
            {
                return name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, "This value has no name in a file.");
    }

    /// <summary>Blocks of H rows in a cell's weights.</summary>
    public static int Gates(CellKind cell) => cell switch
    {
        CellKind.Lstm => 4,
        CellKind.Gru or CellKind.GruResetBefore => 3,
        _ => 1,
    };
}
