namespace SpanRnn.Interchange;

/// <summary>What was found in a file: all that <c>spanrnn info</c> shows.</summary>
public sealed record ModelSummary
{
    /// <summary>The format, such as <c>RTNeural JSON</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The program that wrote it, where the file says so.</summary>
    public string? Producer { get; init; }

    /// <summary>The layers, from input to output. Left empty by a reader: <see cref="ImportedModel"/> fills it from its stages.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; init; } = [];

    /// <summary>Numbers the model learned. Filled by <see cref="ImportedModel"/>.</summary>
    public long Parameters { get; init; }

    /// <summary>Bytes of the file.</summary>
    public long Bytes { get; init; }

    /// <summary>What formats disagree on, for the file as a whole.</summary>
    public IReadOnlyList<Convention> Conventions { get; init; } = [];

    /// <summary>Names in the file that are no part of the model.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>What a user should know before trusting the result.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The file's own notes.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
