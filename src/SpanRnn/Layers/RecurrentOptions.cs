using SpanRnn.Cells;

namespace SpanRnn.Layers;

/// <summary>A stack of recurrent layers: what is computed, not how.</summary>
/// <remarks>
/// Activations other than the cell's own, <see cref="Clip"/>, <see cref="Peepholes"/> and <see cref="CoupledForgetGate"/> select a slower
/// general form of the cell; everything else is as fast as it gets.
/// </remarks>
public sealed record RecurrentOptions
{
    /// <summary>The cell of every layer.</summary>
    public CellKind Cell { get; init; } = CellKind.Lstm;

    /// <summary>Numbers in each step's input: I.</summary>
    public required int InputSize { get; init; }

    /// <summary>Units of each layer, from the first to the last: H.</summary>
    public required IReadOnlyList<int> HiddenSizes { get; init; }

    /// <summary>Which way through time every layer runs.</summary>
    public Direction Direction { get; init; }

    /// <summary>Whether each layer also runs backwards in time: <see cref="Direction"/> is <see cref="Direction.Bidirectional"/>, else forward.</summary>
    public bool Bidirectional
    {
        get => Direction == Direction.Bidirectional;
        init => Direction = value ? Direction.Bidirectional : Direction.Forward;
    }

    /// <summary>How the outputs of two directions become one, after every layer; with one direction it says nothing.</summary>
    public MergeMode Merge { get; init; }

    /// <summary>The bias vectors.</summary>
    public BiasKind Bias { get; init; } = BiasKind.Single;

    /// <summary>The cell's activations, in every layer; null for its own.</summary>
    public CellActivations? Activations { get; init; }

    /// <summary>The second direction's activations where they differ from <see cref="Activations"/>; null where they do not.</summary>
    public CellActivations? ReverseActivations { get; init; }

    /// <summary>
    /// Pre-activations are limited to [-Clip, Clip] before an activation is applied to them, as ONNX's <c>clip</c>; an LSTM's cell state is
    /// not. Where the limit is exceeded the derivative is 0. Infinity for none.
    /// </summary>
    public float Clip { get; init; } = float.PositiveInfinity;

    /// <summary>
    /// Whether an LSTM's gates see its cell state (Gers and Schmidhuber 2000): a_i += p_i c', a_f += p_f c', a_o += p_o c, with the weights
    /// <c>weight_peephole_l0</c>, [3 H] in the order i f o.
    /// </summary>
    public bool Peepholes { get; init; }

    /// <summary>Whether an LSTM's forget gate is f = 1 - i, as ONNX's <c>input_forget</c>; its own weights are then without effect.</summary>
    public bool CoupledForgetGate { get; init; }

    /// <summary>An LSTM's projection: h = W_hr (o tanh c) has so many numbers; 0 for none.</summary>
    public int ProjectionSize { get; init; }

    /// <summary>The probability that a number between two layers is dropped while training.</summary>
    public float Dropout { get; init; }

    /// <summary>Whether one dropout mask serves all steps of a sequence (Gal and Ghahramani 2016) rather than one each.</summary>
    public bool VariationalDropout { get; init; }

    /// <summary>The same number of units in every layer, as PyTorch's <c>hidden_size</c> and <c>num_layers</c>.</summary>
    public static int[] Sizes(int hiddenSize, int layers) => [.. Enumerable.Repeat(hiddenSize, layers)];

    /// <summary>1 or 2.</summary>
    public int Directions => Bidirectional ? 2 : 1;

    /// <summary>Numbers in a hidden state of that layer and one direction: H, or the projection's size.</summary>
    public int StateSize(int layer) => ProjectionSize > 0 ? ProjectionSize : HiddenSizes[layer];

    /// <summary>Numbers in each step's output of that layer: both directions.</summary>
    public int OutputSizeOf(int layer) => Merge == MergeMode.Concat ? Directions * StateSize(layer) : StateSize(layer);

    /// <summary>Numbers in each step's output of the last layer.</summary>
    public int OutputSize => OutputSizeOf(HiddenSizes.Count - 1);

    internal int InputSizeOf(int layer) => layer == 0 ? InputSize : OutputSizeOf(layer - 1);

    /// <summary>The activations of a direction, 0 or 1.</summary>
    internal CellActivations? ActivationsOf(int direction) => direction == 1 ? ReverseActivations ?? Activations : Activations;

    /// <exception cref="ArgumentException">A size is not positive, a probability not in [0, 1), or an LSTM's option is given to another cell.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(InputSize);
        if (HiddenSizes.Count == 0)
        {
            throw new ArgumentException("HiddenSizes: expected the units of at least one layer, found none.");
        }

        foreach (int units in HiddenSizes)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units, nameof(HiddenSizes));
        }

        if (Dropout is not (>= 0f and < 1f))
        {
            throw new ArgumentException($"Dropout: expected a probability from 0 to below 1, found {Dropout}.");
        }

        if (!(Clip > 0f))
        {
            throw new ArgumentException($"Clip: expected a limit above 0 (infinity for none), found {Clip}.");
        }

        if (!Enum.IsDefined(Direction) || !Enum.IsDefined(Merge))
        {
            throw new ArgumentException($"There is no direction {Direction} or no merge mode {Merge}.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(ProjectionSize);
        OnlyAnLstm("ProjectionSize", ProjectionSize > 0, "a projection");
        OnlyAnLstm("Peepholes", Peepholes, "peepholes");
        OnlyAnLstm("CoupledForgetGate", CoupledForgetGate, "a forget gate");
        Validate("Activations", Activations);
        Validate("ReverseActivations", ReverseActivations);
        if (ReverseActivations is not null && !Bidirectional)
        {
            throw new ArgumentException($"ReverseActivations: expected two directions, found {Direction}; one direction has Activations.");
        }
    }

    private void Validate(string name, CellActivations? activations)
    {
        OnlyAnLstm($"{name}.H", activations?.H is not null, "an output activation");
        if (activations?.G is not null && Cell is CellKind.Rnn or CellKind.RnnRelu)
        {
            throw new ArgumentException($"{name}.G: an RNN has no candidate; its activation is {name}.F.");
        }

        foreach (Activation? activation in (ReadOnlySpan<Activation?>)[activations?.F, activations?.G, activations?.H])
        {
            if (activation is { } given && !(Enum.IsDefined(given.Kind) && float.IsFinite(given.Alpha) && float.IsFinite(given.Beta)))
            {
                throw new ArgumentException($"{name}: expected a kind of activation with finite Alpha and Beta, found {given}.");
            }
        }
    }

    private void OnlyAnLstm(string name, bool isGiven, string what)
    {
        if (isGiven && Cell != CellKind.Lstm)
        {
            throw new ArgumentException($"{name}: only an LSTM has {what}; the cell is {Cell}.");
        }
    }
}
