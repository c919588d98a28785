namespace SpanRnn.Interchange;

/// <summary>What a file says of one of its layers.</summary>
/// <param name="Type">Such as <c>lstm</c> or <c>dense</c>.</param>
/// <param name="InputSize">Numbers of a step's input; of an embedding, its tokens.</param>
/// <param name="OutputSize">Numbers of a step's output.</param>
public sealed record LayerSummary(string Type, int InputSize, int OutputSize)
{
    /// <summary>Its name in the file, where it has one.</summary>
    public string? Name { get; init; }

    /// <summary>Units of each of its recurrent layers; else empty.</summary>
    public IReadOnlyList<int> HiddenSizes { get; init; } = [];

    /// <summary>An LSTM's projection; 0 for none.</summary>
    public int ProjectionSize { get; init; }

    /// <summary>Of recurrent layers: forward, reverse, or both.</summary>
    public string? Direction { get; init; }

    /// <summary>The function that follows, if one does.</summary>
    public string? Activation { get; init; }

    /// <summary>Numbers it learned.</summary>
    public long Parameters { get; init; }

    /// <summary>What formats disagree on: gate order, biases, layout, where a GRU resets.</summary>
    public IReadOnlyList<Convention> Conventions { get; init; } = [];
}
