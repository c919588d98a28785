using SpanRnn.Tests.Twin;

namespace SpanRnn.Tests.Support;

/// <summary>One drawn case: a stack and a batch; every number follows from <paramref name="Seed"/>.</summary>
/// <remarks>Its text, which a failing law prints, is enough to make it again.</remarks>
internal sealed record Problem(TwinRecurrent Stack, int Steps, int Rows, int Seed)
{
    /// <summary>Null: T each.</summary>
    public int[]? Lengths { get; init; }

    public double Scale { get; init; } = 0.5;

    public float Dropout { get; init; }

    public bool Variational { get; init; }

    /// <summary>Which of h0, c0 and the upstream gradients are given: bits 1 initial states, 2 outputs, 4 final states.</summary>
    public int Given { get; init; } = 7;

    public Dictionary<string, double[]> Weights() => TwinRandom.Weights(Seed, Stack.Shapes(), Scale);

    public TwinBatch Batch() => new(Steps, Rows, TwinRandom.Values(Seed + 101, Steps * Rows * Stack.Inputs))
    {
        H0 = (Given & 1) != 0 ? TwinRandom.Values(Seed + 102, Stack.HiddenStateCount(Rows)) : null,
        C0 = (Given & 1) != 0 && Stack.Cell == TwinCell.Lstm ? TwinRandom.Values(Seed + 103, Stack.CellStateCount(Rows)) : null,
        Lengths = Lengths,
    };

    /// <summary>d loss / d (y, hn, cn); the positions past a length have values too, which must not matter.</summary>
    public (double[]? Y, double[]? HN, double[]? CN) Upstream() => (
        (Given & 2) != 0 ? TwinRandom.Values(Seed + 104, Steps * Rows * Stack.OutputWidth(Stack.Layers - 1)) : null,
        (Given & 4) != 0 ? TwinRandom.Values(Seed + 105, Stack.HiddenStateCount(Rows)) : null,
        (Given & 4) != 0 && Stack.Cell == TwinCell.Lstm ? TwinRandom.Values(Seed + 106, Stack.CellStateCount(Rows)) : null);

    public int LengthOf(int row) => Lengths is null ? Steps : Lengths[row];

    /// <summary>One sequence of the batch alone, as long as it is.</summary>
    public TwinBatch Alone(int row)
    {
        TwinBatch all = Batch();
        int length = LengthOf(row);
        return new(length, 1, StateRows.Steps(all.X, row, Rows, length, Stack.Inputs))
        {
            H0 = all.H0 is null ? null : StateRows.Of(all.H0, row, Rows, StateRows.HiddenWidths(Stack)),
            C0 = all.C0 is null ? null : StateRows.Of(all.C0, row, Rows, StateRows.CellWidths(Stack)),
        };
    }

    /// <summary>The upstream gradients of one sequence alone.</summary>
    public (double[]? Y, double[]? HN, double[]? CN) UpstreamAlone(int row)
    {
        (double[]? y, double[]? hn, double[]? cn) = Upstream();
        return (
            y is null ? null : StateRows.Steps(y, row, Rows, LengthOf(row), Stack.OutputWidth(Stack.Layers - 1)),
            hn is null ? null : StateRows.Of(hn, row, Rows, StateRows.HiddenWidths(Stack)),
            cn is null ? null : StateRows.Of(cn, row, Rows, StateRows.CellWidths(Stack)));
    }

    public override string ToString() =>
        $"{Stack.Cell} projection {Stack.Projection}, T {Steps}, B {Rows}, I {Stack.Inputs}, H [{string.Join(' ', Stack.Hidden)}], "
        + $"{Stack.Directions} directions{(Stack.IsReversed ? " reversed" : "")} {Stack.Merge}, {Stack.Activations} {Stack.ReverseActivations}, "
        + $"clip {Stack.Clip}, peepholes {Stack.HasPeepholes}, coupled {Stack.IsCoupled}, bias {Stack.Bias}, lengths [{(Lengths is null ? "none" : string.Join(' ', Lengths))}], "
        + $"dropout {Dropout} variational {Variational}, scale {Scale}, given {Given}, seed {Seed}";
}
