using System.Numerics.Tensors;
using static System.Numerics.Tensors.TensorPrimitives;

namespace SpanRnn.Benchmarks.Reference;

/// <summary>Nothing but TensorPrimitives, on spans as long as possible, with little memory in between.</summary>
internal readonly struct TensorMath : IMath
{
    /// <summary>Room for what lies between two calls: small enough to stay in the first-level cache.</summary>
    private const int Chunk = 1024;

    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => TensorPrimitives.Dot(a, b);

    public static void AddScaled(ReadOnlySpan<float> x, float s, Span<float> y) => MultiplyAdd(x, s, y, y);

    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Sigmoid(x, y);

    public static void Tanh(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Tanh(x, y);

    public static void LstmForward(Span<float> a, ReadOnlySpan<float> previousC, Span<float> c, Span<float> tanhC, Span<float> h)
    {
        int n = h.Length;
        Span<float> i = a[..n], f = a.Slice(n, n), g = a.Slice(2 * n, n), o = a.Slice(3 * n, n);
        Sigmoid(a[..(2 * n)], a[..(2 * n)]);
        Tanh(g, g);
        Sigmoid(o, o);
        Multiply(f, previousC, c);
        MultiplyAdd(i, g, c, c);
        Tanh(c, tanhC);
        Multiply(o, tanhC, h);
    }

    public static void LstmBackward(
        Span<float> gates, ReadOnlySpan<float> tanhC, ReadOnlySpan<float> previousC, ReadOnlySpan<float> dh, Span<float> dc)
    {
        int n = dh.Length;
        Span<float> i = gates[..n], f = gates.Slice(n, n), g = gates.Slice(2 * n, n), o = gates.Slice(3 * n, n);
        Span<float> work = stackalloc float[2 * Chunk];
        Span<float> d = work[..n], gateSlope = work.Slice(Chunk, n);
        Multiply(tanhC, tanhC, d);
        Subtract(1f, d, d);
        Multiply(d, o, d);
        MultiplyAdd(d, dh, dc, dc); // dc is complete
        TimesSigmoidSlope(o, gateSlope);
        Multiply(o, tanhC, o);
        Multiply(o, dh, o);
        Multiply(dc, i, d); // for da[g], before i is gone
        TimesSigmoidSlope(i, gateSlope);
        Multiply(i, g, i);
        Multiply(i, dc, i);
        Multiply(g, g, g);
        Subtract(1f, g, g);
        Multiply(g, d, g);
        Multiply(dc, f, d); // dc'
        TimesSigmoidSlope(f, gateSlope);
        Multiply(f, previousC, f);
        Multiply(f, dc, f);
        d.CopyTo(dc);
    }

    public static void GruForward(Span<float> a, ReadOnlySpan<float> q, ReadOnlySpan<float> previousH, Span<float> h)
    {
        int n = h.Length;
        Span<float> r = a[..n], candidate = a.Slice(2 * n, n);
        Sigmoid(a[..(2 * n)], a[..(2 * n)]);
        MultiplyAdd(r, q, candidate, candidate);
        GruCandidate(a, previousH, h);
    }

    public static void GruGates(Span<float> a, ReadOnlySpan<float> previousH, Span<float> gated)
    {
        int n = gated.Length;
        Sigmoid(a[..(2 * n)], a[..(2 * n)]);
        Multiply(a[..n], previousH, gated);
    }

    public static void GruCandidate(Span<float> a, ReadOnlySpan<float> previousH, Span<float> h)
    {
        int n = h.Length;
        Span<float> r = a[..n], z = a.Slice(n, n), candidate = a.Slice(2 * n, n);
        Tanh(candidate, candidate);
        Subtract(previousH, candidate, r); // r is not needed any more
        MultiplyAdd(z, r, candidate, h);
    }

    public static void Adam(Span<float> w, ReadOnlySpan<float> g, Span<float> m, Span<float> v, float step, float correction)
    {
        Span<float> work = stackalloc float[Chunk];
        for (int start = 0; start < w.Length; start += Chunk)
        {
            int length = Math.Min(Chunk, w.Length - start);
            Span<float> t = work[..length], mean = m.Slice(start, length), square = v.Slice(start, length), weight = w.Slice(start, length);
            ReadOnlySpan<float> gradient = g.Slice(start, length);
            Subtract(gradient, mean, t);
            MultiplyAdd(t, 0.1f, mean, mean);
            Multiply(gradient, gradient, t);
            Subtract(t, square, t);
            MultiplyAdd(t, 0.001f, square, square);
            Sqrt(square, t);
            Multiply(t, correction, t);
            Add(t, 1e-8f, t);
            Divide(mean, t, t);
            MultiplyAdd(t, -step, weight, weight);
        }
    }

    /// <summary>s = s (1 - s).</summary>
    private static void TimesSigmoidSlope(Span<float> s, Span<float> work)
    {
        Subtract(1f, s, work);
        Multiply(s, work, s);
    }
}
