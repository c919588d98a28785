using SpanRnn.Layers;

namespace SpanRnn.Interchange.Keras;

/// <summary>The arguments of a Keras layer, with Keras's names and defaults; with <see cref="Bidirectional"/> those of the layer that it wraps.</summary>
public sealed record KerasLayerOptions
{
    /// <summary>Which layer.</summary>
    public required KerasKind Kind { get; init; }

    /// <summary>Numbers of a step's input.</summary>
    public required int InputSize { get; init; }

    /// <summary><c>units</c>.</summary>
    public required int Units { get; init; }

    /// <summary><c>activation</c>: of the candidate, and of an LSTM's cell state on its way out; by its Keras name.</summary>
    public string Activation { get; init; } = "tanh";

    /// <summary><c>recurrent_activation</c>: of the gates; by its Keras name. A SimpleRNN has none.</summary>
    public string RecurrentActivation { get; init; } = "sigmoid";

    /// <summary><c>use_bias</c>.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary><c>unit_forget_bias</c>: whether an LSTM's forget gates start with a bias of 1; for <see cref="KerasLayer.Initialize"/>.</summary>
    public bool UnitForgetBias { get; init; } = true;

    /// <summary><c>reset_after</c>: whether a GRU resets after the product.</summary>
    public bool ResetAfter { get; init; } = true;

    /// <summary><c>go_backwards</c>: whether time is reversed, and outputs come in that order.</summary>
    public bool GoBackwards { get; init; }

    /// <summary><c>return_sequences</c>: whether there is an output for every step rather than the last.</summary>
    public bool ReturnSequences { get; init; }

    /// <summary><c>stateful</c>: whether a call starts from the states that the last one ended with.</summary>
    public bool Stateful { get; init; }

    /// <summary><c>zero_output_for_mask</c>: whether masked steps put out zeros rather than the last output; with <see cref="ReturnSequences"/> only.</summary>
    public bool ZeroOutputForMask { get; init; }

    /// <summary>Whether <c>Bidirectional</c> wraps the layer.</summary>
    public bool Bidirectional { get; init; }

    /// <summary><c>merge_mode</c> of <c>Bidirectional</c>; null gives both outputs.</summary>
    public MergeMode? Merge { get; init; } = MergeMode.Concat;

    /// <summary>1 or 2.</summary>
    public int Directions => Bidirectional ? 2 : 1;

    /// <summary>States of one direction: h, and an LSTM's c.</summary>
    public int StatesOfDirection => Kind == KerasKind.Lstm ? 2 : 1;

    internal CellKind Cell => Kind switch
    {
        KerasKind.SimpleRnn => CellKind.Rnn,
        KerasKind.Lstm => CellKind.Lstm,
        KerasKind.Gru => ResetAfter ? CellKind.Gru : CellKind.GruResetBefore,
        _ => throw new ArgumentException($"There is no layer {Kind}."),
    };

    /// <summary>The engine's options of one direction, which always runs forward over the steps it is given.</summary>
    internal RecurrentOptions Recurrent => new()
    {
        Cell = Cell,
        InputSize = InputSize,
        HiddenSizes = [Units],
        Bias = UseBias ? Readers.KerasLayout.BiasOf(Cell) : BiasKind.None,
        Activations = Kind switch
        {
            KerasKind.SimpleRnn => new() { F = KerasActivation.Of(Activation) },
            KerasKind.Lstm => new() { F = KerasActivation.Of(RecurrentActivation), G = KerasActivation.Of(Activation), H = KerasActivation.Of(Activation) },
            _ => new() { F = KerasActivation.Of(RecurrentActivation), G = KerasActivation.Of(Activation) },
        },
    };
}
