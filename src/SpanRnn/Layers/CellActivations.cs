using SpanRnn.Cells;

namespace SpanRnn.Layers;

/// <summary>The activations of a cell, by the letters that ONNX gives their places; null is the cell's own.</summary>
public sealed record CellActivations
{
    /// <summary>Of the gates: i, f and o of an LSTM, r and z of a GRU (their own: sigmoid). Of an RNN, whose only one it is, tanh or the rectifier.</summary>
    public Activation? F { get; init; }

    /// <summary>Of the candidate: g of an LSTM, n of a GRU (their own: tanh). An RNN has none.</summary>
    public Activation? G { get; init; }

    /// <summary>Of an LSTM's cell state on its way out, h = o H(c) (its own: tanh). Other cells have none.</summary>
    public Activation? H { get; init; }
}
