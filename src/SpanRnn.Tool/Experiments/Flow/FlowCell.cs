using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>A layer as it is before training.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Cell">Its cell.</param>
/// <param name="Initializers">From H to what its weights are drawn from.</param>
/// <param name="Chrono">Whether gates begin as for memories of up to T steps.</param>
internal sealed record FlowCell(string Name, CellKind Cell, Func<int, RecurrentInitializers> Initializers, bool Chrono = false)
{
    /// <summary>What makes the exploding RNN with rectifiers explode: orthogonal recurrent weights times this.</summary>
    public const float ReluGain = 1.2f;

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
        new(FormattableString.Invariant($"RNN (ReLU), gain {ReluGain}"), CellKind.RnnRelu, Relu),
        new("LSTM, forget bias 0", CellKind.Lstm, Usual),
        new("LSTM, forget bias 1", CellKind.Lstm, units => Usual(units).WithForgetBias()),
        new("LSTM, gates for T steps", CellKind.Lstm, Usual, Chrono: true),
        new("GRU", CellKind.Gru, Usual),
        new("GRU, gates for T steps", CellKind.Gru, Usual, Chrono: true),
    ];

    /// <summary>Orthogonal recurrent weights times <see cref="ReluGain"/>; input weights normal with deviation 0.1, biases 0.</summary>
    public static RecurrentInitializers Relu(int units) => RecurrentInitializers.Normal() with { RecurrentWeight = Initializer.Orthogonal(ReluGain) };
}
