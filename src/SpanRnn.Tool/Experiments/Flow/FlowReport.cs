namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>How the gradient travels back through one layer.</summary>
internal sealed record FlowReport
{
    public required string Name { get; init; }

    /// <summary>The geometric mean of what a step back multiplies the norm of d loss / d h by.</summary>
    public required double FactorPerStep { get; init; }

    /// <summary>log10 of the norm of d loss / d h[t], t = 1 to T.</summary>
    public required IReadOnlyList<double> Hidden { get; init; }

    /// <summary>The same of d loss / d c[t]; null for cells without.</summary>
    public required IReadOnlyList<double>? Cell { get; init; }
}
