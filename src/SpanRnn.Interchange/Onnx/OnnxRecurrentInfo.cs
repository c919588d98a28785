namespace SpanRnn.Interchange.Onnx;

/// <summary>A recurrent node of a file: what <see cref="OnnxFile.RecurrentNodes"/> lists.</summary>
/// <param name="Name">The node's name; where it has none, or shares it, its operator and number such as <c>LSTM_2</c>.</param>
/// <param name="Settings">Its attributes, and what of them the caller's options changed.</param>
public sealed record OnnxRecurrentInfo(string Name, OnnxRecurrentSettings Settings)
{
    /// <summary>Names of the inputs X, W, R, B, sequence_lens, initial_h, initial_c, P; empty where one is left out.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Names of the outputs Y, Y_h, Y_c; empty where one is left out.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Whether the file holds W and R, rather than leaving them to the caller.</summary>
    public required bool HasWeights { get; init; }
}
