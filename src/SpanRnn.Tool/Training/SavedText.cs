using SpanRnn.Tool.Text;

namespace SpanRnn.Tool.Training;

/// <summary>Which text a run reads, and how it was cut.</summary>
internal sealed record SavedText
{
    /// <summary>The file as the user named it; null: the embedded reviews.</summary>
    public string? Path { get; init; }

    public required TextOptions Options { get; init; }

    /// <summary>The SHA-256 of what was taken of it.</summary>
    public required string Digest { get; init; }
}
