namespace SpanRnn.Tests.Twin;

/// <summary>A batch for <see cref="TwinEncoderDecoder"/>: sources, and what the decoder's steps read.</summary>
public sealed record TwinSequences(int SourceSteps, int Steps, int Rows)
{
    public int[] SourceTokens { get; init; } = [];

    /// <summary>[S, B, I], or [B, V].</summary>
    public double[] Source { get; init; } = [];

    public int[]? SourceLengths { get; init; }

    public int[] ReadTokens { get; init; } = [];

    /// <summary>[T, B, size] of what is fed back.</summary>
    public double[] Read { get; init; } = [];

    public int[]? Lengths { get; init; }

    public int SourceLengthOf(int row) => SourceLengths is null ? SourceSteps : SourceLengths[row];
}
