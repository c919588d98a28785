using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>All that makes one recurrent layer: settings, ONNX's arrays, and the states every sequence starts from, [D, H].</summary>
internal sealed record RecurrentParts(
    OnnxRecurrentSettings Settings, int InputSize, float[] W, float[] R, float[] B, float[] P, float[] InitialHidden, float[] InitialCell)
{
    /// <summary>How two directions become one; the operator itself leaves them apart.</summary>
    public MergeMode Merge { get; init; }

    /// <summary>A layer of its own, packed.</summary>
    public Recurrent Create() => OnnxWeights.Create(Settings, InputSize, W, R, B, P);

    /// <summary>Two directions as one layer, or null if they differ in more than their weights and activations.</summary>
    public static RecurrentParts? Pair(RecurrentParts forward, RecurrentParts reverse)
    {
        bool fits = forward.Settings.Direction == Direction.Forward && reverse.Settings.Direction == Direction.Reverse
            && forward.InputSize == reverse.InputSize
            && forward.B.Length == reverse.B.Length && forward.P.Length == reverse.P.Length
            && forward.Settings with { Direction = Direction.Reverse, Activations = reverse.Settings.Activations } == reverse.Settings;
        return !fits ? null : new RecurrentParts(
            forward.Settings with
            {
                Direction = Direction.Bidirectional,
                Activations = [.. forward.Settings.ActivationsOf(0), .. reverse.Settings.ActivationsOf(0)],
            },
            forward.InputSize,
            [.. forward.W, .. reverse.W],
            [.. forward.R, .. reverse.R],
            [.. forward.B, .. reverse.B],
            [.. forward.P, .. reverse.P],
            Join(forward.InitialHidden, reverse.InitialHidden, forward.Settings.HiddenSize),
            Join(forward.InitialCell, reverse.InitialCell, forward.Settings.HiddenSize));
    }

    private static float[] Join(float[] first, float[] second, int size) => first.Length + second.Length == 0
        ? []
        : [.. first.Length > 0 ? first : new float[size], .. second.Length > 0 ? second : new float[size]];
}
