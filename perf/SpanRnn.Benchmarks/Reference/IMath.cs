namespace SpanRnn.Benchmarks.Reference;

/// <summary>The arithmetic of the reference networks: once as plain loops, once as calls of TensorPrimitives.</summary>
/// <remarks>Gates lie one behind the other, [G, H]: i f g o of an LSTM, r z n of a GRU. Previous and next states may be the same.</remarks>
internal interface IMath
{
    static abstract float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b);

    /// <summary>y += s x.</summary>
    static abstract void AddScaled(ReadOnlySpan<float> x, float s, Span<float> y);

    static abstract void Sigmoid(ReadOnlySpan<float> x, Span<float> y);

    static abstract void Tanh(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>(a, c') to (gates, c, tanh c, h).</summary>
    static abstract void LstmForward(Span<float> a, ReadOnlySpan<float> previousC, Span<float> c, Span<float> tanhC, Span<float> h);

    /// <summary>(gates, tanh c, c', dh, dc) to (da, dc'), in place.</summary>
    static abstract void LstmBackward(
        Span<float> gates, ReadOnlySpan<float> tanhC, ReadOnlySpan<float> previousC, ReadOnlySpan<float> dh, Span<float> dc);

    /// <summary>Reset after the product: a = W x + b + [R h' of r and z], q = R_n h'.</summary>
    static abstract void GruForward(Span<float> a, ReadOnlySpan<float> q, ReadOnlySpan<float> previousH, Span<float> h);

    /// <summary>Reset before the product: r, z = sigmoid, gated = r h'.</summary>
    static abstract void GruGates(Span<float> a, ReadOnlySpan<float> previousH, Span<float> gated);

    /// <summary>Reset before the product: n = tanh, h = z h' + (1 - z) n.</summary>
    static abstract void GruCandidate(Span<float> a, ReadOnlySpan<float> previousH, Span<float> h);

    /// <summary>One step of Adam; <paramref name="step"/> is lr / (1 - b1^t), <paramref name="correction"/> 1 / sqrt(1 - b2^t).</summary>
    static abstract void Adam(Span<float> w, ReadOnlySpan<float> g, Span<float> m, Span<float> v, float step, float correction);
}
