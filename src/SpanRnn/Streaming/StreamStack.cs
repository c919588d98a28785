namespace SpanRnn.Streaming;

/// <summary>Frozen layers on top of each other.</summary>
internal sealed class StreamStack(StreamLayer[] layers, WeightFormat format)
{
    public StreamLayer[] Layers { get; } = layers;

    public WeightFormat Format { get; } = format;

    /// <summary>Numbers of all hidden states, layer by layer.</summary>
    public int HiddenSize { get; } = layers.Sum(layer => layer.StateSize);

    /// <summary>Numbers of all cell states; 0 for cells without.</summary>
    public int CellSize { get; } = layers.Sum(layer => layer.HasCellState ? layer.Units : 0);

    /// <summary>Bytes of weights that a step reads.</summary>
    public long Bytes { get; } = layers.Sum(layer => layer.Bytes);

    /// <summary>Whether a state of the other's fits these layers.</summary>
    public bool HasShapeOf(StreamStack other)
    {
        bool isSame = Layers.Length == other.Layers.Length;
        for (int l = 0; isSame && l < Layers.Length; l++)
        {
            isSame = Shape(Layers[l]) == Shape(other.Layers[l]);
        }

        return isSame;
    }

    public override string ToString() => string.Join(" -> ", Layers.Select(layer => $"{layer.InputSize} x {layer.Units}"));

    private static (int, int, int, bool) Shape(StreamLayer layer) => (layer.InputSize, layer.Units, layer.StateSize, layer.HasCellState);
}
