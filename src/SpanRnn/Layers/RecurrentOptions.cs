namespace SpanRnn.Layers;

/// <summary>A stack of recurrent layers: what is computed, not how.</summary>
public sealed record RecurrentOptions
{
    /// <summary>The cell of every layer.</summary>
    public CellKind Cell { get; init; } = CellKind.Lstm;

    /// <summary>Numbers in each step's input: I.</summary>
    public required int InputSize { get; init; }

    /// <summary>Units of each layer, from the first to the last: H.</summary>
    public required IReadOnlyList<int> HiddenSizes { get; init; }

    /// <summary>Whether each layer also runs backwards in time; the two outputs are concatenated.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>The bias vectors.</summary>
    public BiasKind Bias { get; init; } = BiasKind.Single;

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
    public int OutputSizeOf(int layer) => Directions * StateSize(layer);

    /// <summary>Numbers in each step's output of the last layer.</summary>
    public int OutputSize => OutputSizeOf(HiddenSizes.Count - 1);

    internal int InputSizeOf(int layer) => layer == 0 ? InputSize : OutputSizeOf(layer - 1);

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

        ArgumentOutOfRangeException.ThrowIfNegative(ProjectionSize);
        if (ProjectionSize > 0 && Cell != CellKind.Lstm)
        {
            throw new ArgumentException($"ProjectionSize: only an LSTM has a projection; the cell is {Cell}.");
        }
    }
}
