namespace SpanRnn.Benchmarks.Reference;

/// <summary>Loops as one writes them down.</summary>
internal readonly struct NaiveMath : IMath
{
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0f;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    public static void AddScaled(ReadOnlySpan<float> x, float s, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] += s * x[i];
        }
    }

    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Sigmoid(x[i]);
        }
    }

    public static void Tanh(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = MathF.Tanh(x[i]);
        }
    }

    public static void LstmForward(Span<float> a, ReadOnlySpan<float> previousC, Span<float> c, Span<float> tanhC, Span<float> h)
    {
        int n = h.Length;
        for (int j = 0; j < n; j++)
        {
            float i = Sigmoid(a[j]), f = Sigmoid(a[n + j]), g = MathF.Tanh(a[2 * n + j]), o = Sigmoid(a[3 * n + j]);
            c[j] = f * previousC[j] + i * g;
            tanhC[j] = MathF.Tanh(c[j]);
            h[j] = o * tanhC[j];
            (a[j], a[n + j], a[2 * n + j], a[3 * n + j]) = (i, f, g, o);
        }
    }

    public static void LstmBackward(
        Span<float> gates, ReadOnlySpan<float> tanhC, ReadOnlySpan<float> previousC, ReadOnlySpan<float> dh, Span<float> dc)
    {
        int n = dh.Length;
        for (int j = 0; j < n; j++)
        {
            float i = gates[j], f = gates[n + j], g = gates[2 * n + j], o = gates[3 * n + j], t = tanhC[j];
            float d = dc[j] + dh[j] * o * (1f - t * t);
            gates[j] = d * g * i * (1f - i);
            gates[n + j] = d * previousC[j] * f * (1f - f);
            gates[2 * n + j] = d * i * (1f - g * g);
            gates[3 * n + j] = dh[j] * t * o * (1f - o);
            dc[j] = d * f;
        }
    }

    public static void GruForward(Span<float> a, ReadOnlySpan<float> q, ReadOnlySpan<float> previousH, Span<float> h)
    {
        int n = h.Length;
        for (int j = 0; j < n; j++)
        {
            float r = Sigmoid(a[j]), z = Sigmoid(a[n + j]), candidate = MathF.Tanh(a[2 * n + j] + r * q[j]);
            h[j] = z * previousH[j] + (1f - z) * candidate;
        }
    }

    public static void GruGates(Span<float> a, ReadOnlySpan<float> previousH, Span<float> gated)
    {
        int n = gated.Length;
        for (int j = 0; j < n; j++)
        {
            gated[j] = Sigmoid(a[j]) * previousH[j];
            a[n + j] = Sigmoid(a[n + j]);
        }
    }

    public static void GruCandidate(Span<float> a, ReadOnlySpan<float> previousH, Span<float> h)
    {
        int n = h.Length;
        for (int j = 0; j < n; j++)
        {
            float z = a[n + j];
            h[j] = z * previousH[j] + (1f - z) * MathF.Tanh(a[2 * n + j]);
        }
    }

    public static void Adam(Span<float> w, ReadOnlySpan<float> g, Span<float> m, Span<float> v, float step, float correction)
    {
        for (int i = 0; i < w.Length; i++)
        {
            m[i] += 0.1f * (g[i] - m[i]);
            v[i] += 0.001f * (g[i] * g[i] - v[i]);
            w[i] -= step * m[i] / (MathF.Sqrt(v[i]) * correction + 1e-8f);
        }
    }

    private static float Sigmoid(float x) => 1f / (1f + MathF.Exp(-x));
}
