namespace SpanRnn.Comparisons.Workloads;

/// <summary>The three layers every contender knows, with PyTorch's equations (GRU: reset after the product).</summary>
public enum CellKind
{
    Lstm,
    Gru,
    Rnn,
}
