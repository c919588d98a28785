namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>Where the biases of gates that keep memory start from.</summary>
internal enum GateStart
{
    /// <summary>
    /// As if memories lasted 1 to T steps, each unit's time drawn at random (Tallec and Ollivier 2018, "Can recurrent neural networks warp
    /// time?"): b_f = log u, b_i = -log u in an LSTM, b_z = log u in a GRU, u uniform in [1, T - 1].
    /// </summary>
    Chrono,

    /// <summary>A forget bias of 1 in an LSTM (Jozefowicz, Zaremba and Sutskever 2015); a GRU's are left as drawn.</summary>
    One,

    /// <summary>As PyTorch draws them: about 0.</summary>
    Plain,
}
