using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tool.Experiments.Memory;

namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>A layer as it is before training.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Cell">Its cell.</param>
/// <param name="Initializers">From H to what its weights are drawn from.</param>
/// <param name="Chrono">Whether gates begin as for memories of up to T steps.</param>
/// <param name="IsIdentity">Whether the recurrent weights are <see cref="IdentityGain"/> times the identity.</param>
internal sealed record FlowCell(
    string Name, CellKind Cell, Func<int, RecurrentInitializers> Initializers, bool Chrono = false, bool IsIdentity = false)
{
    /// <summary>What makes the RNN with rectifiers explode: it multiplies every unit at every step.</summary>
    public const float IdentityGain = 1.05f;

    private static readonly Func<int, RecurrentInitializers> Usual = units => RecurrentInitializers.PyTorch(units) with
    {
        Bias = Initializer.Zeros,
        RecurrentBias = Initializer.Zeros,
    };

    /// <summary>All that are shown. Weights as PyTorch draws them, biases 0, but where the name says otherwise.</summary>
    public static IReadOnlyList<FlowCell> All(double gain) =>
    [
        new("RNN (tanh)", CellKind.Rnn, Usual),
        new(
            FormattableString.Invariant($"RNN (tanh), gain {gain}"), CellKind.Rnn,
            units => Usual(units) with { RecurrentWeight = Initializer.Normal((float)(gain / Math.Sqrt(units))) }),
        Exploding,
        new("LSTM, forget bias 0", CellKind.Lstm, Usual),
        new("LSTM, forget bias 1", CellKind.Lstm, units => Usual(units).WithForgetBias()),
        new("LSTM, gates for T steps", CellKind.Lstm, Usual, Chrono: true),
        new("GRU", CellKind.Gru, Usual),
        new("GRU, gates for T steps", CellKind.Gru, Usual, Chrono: true),
    ];

    /// <summary>
    /// An RNN of rectifiers whose recurrent weights begin as <see cref="IdentityGain"/> times the identity (Le, Jaitly and Hinton 2015 take
    /// the identity); input weights normal with deviation 0.1, biases 0.
    /// </summary>
    public static FlowCell Exploding { get; } =
        new(FormattableString.Invariant($"RNN (ReLU), {IdentityGain} x identity"), CellKind.RnnRelu, _ => RecurrentInitializers.Normal(), IsIdentity: true);

    /// <summary>What initializers cannot do: gates and identities; to be packed afterwards.</summary>
    /// <param name="recurrent">R.</param>
    /// <param name="bias">The bias beside W.</param>
    /// <param name="steps">T.</param>
    /// <param name="seed">Of the gates.</param>
    public void Finish(TensorView recurrent, TensorView bias, int steps, ulong seed)
    {
        for (int unit = 0; unit < recurrent.Rows && IsIdentity; unit++)
        {
            recurrent.Row(unit).Clear();
            recurrent[unit, unit] = IdentityGain;
        }

        if (Chrono)
        {
            ChronoGates.Set(Cell, bias.Row(0), steps, new RandomStream(seed).Fork("gates"));
        }
    }
}
