namespace SpanRnn.Training.Losses;

/// <summary>What the gradients of a loss are gradients of.</summary>
public enum LossReduction
{
    /// <summary>The sum over what counts, divided by how much counts: PyTorch's default.</summary>
    Mean,

    /// <summary>The sum over what counts: for batches that are accumulated and divided once, by the optimizer's gradient scale.</summary>
    Sum,
}
