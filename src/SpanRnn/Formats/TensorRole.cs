namespace SpanRnn.Formats;

/// <summary>What a tensor does in a model: from it follows what a wrong shape probably means.</summary>
internal enum TensorRole
{
    Embedding,
    InputWeight,
    RecurrentWeight,
    Bias,
    Peephole,
    Projection,
    Head,
    State,
}
