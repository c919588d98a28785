using SpanRnn.Layers;

namespace SpanRnn.Interchange;

/// <summary>Recurrent layers among named tensors.</summary>
/// <param name="Prefix">What stands before <c>weight_ih_l0</c> in the file, such as <c>encoder.rnn.</c>; may be empty.</param>
/// <param name="Options">What they compute, as far as the shapes tell.</param>
/// <param name="IsCell">Whether it is an RNNCell, LSTMCell or GRUCell, whose names have no layer.</param>
public sealed record RecurrentModule(string Prefix, RecurrentOptions Options, bool IsCell)
{
    /// <summary>Its tensors' names as they are in the file, wrappers' prefixes dropped.</summary>
    public IReadOnlyList<string> Tensors { get; init; } = [];

    /// <summary>For messages: <c>'encoder.rnn.' (lstm 8 -> 16)</c>.</summary>
    public override string ToString() =>
        $"'{Prefix}' ({Formats.Names.Of(Formats.Names.Cells, Options.Cell)}, {Options.InputSize} -> {Options.OutputSize})";
}
