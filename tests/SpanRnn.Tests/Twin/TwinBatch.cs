namespace SpanRnn.Tests.Twin;

/// <summary>One call's inputs: <paramref name="X"/> is [T, B, I], time-major and row-major.</summary>
public sealed record TwinBatch(int Steps, int Rows, double[] X)
{
    /// <summary>
    /// Initial h, [layers * directions, B, H or P], zero when absent. With unequal widths it is the blocks [B, width] of
    /// index layer * directions + direction, one after the other.
    /// </summary>
    public double[]? H0 { get; init; }

    /// <summary>Initial c of an LSTM, laid out as <see cref="H0"/> but always H wide.</summary>
    public double[]? C0 { get; init; }

    /// <summary>Valid steps of each row, 0 included; all T when absent.</summary>
    public int[]? Lengths { get; init; }

    /// <summary>Factors [T, B, width] on the output of layer l before layer l + 1 reads it, one entry per boundary.</summary>
    public double[]?[]? Masks { get; init; }

    public int LengthOf(int row) => Lengths is null ? Steps : Lengths[row];
}
