namespace SpanRnn.Parameters;

/// <summary>One named tensor of a model: its shape and its place in the arena.</summary>
/// <param name="Name">The name PyTorch would give it, such as <c>rnn.weight_ih_l0</c>.</param>
/// <param name="Rows">Rows of the matrix; 1 for a vector.</param>
/// <param name="Columns">Columns of the matrix, or the length of the vector.</param>
/// <param name="IsVector">Whether the tensor has one dimension rather than two.</param>
/// <param name="Offset">Its first float in the arena: a multiple of 16.</param>
/// <param name="Stride">Floats from one row to the next: <paramref name="Columns"/> rounded up to 16; what lies between is zero.</param>
public sealed record ParameterInfo(string Name, int Rows, int Columns, bool IsVector, int Offset, int Stride)
{
    /// <summary>How many numbers the tensor has, padding not counted.</summary>
    public long Count => (long)Rows * Columns;

    /// <summary>The shape as a message shows it: <c>[1024, 256]</c>.</summary>
    public string ShapeText => IsVector ? $"[{Columns}]" : $"[{Rows}, {Columns}]";
}
