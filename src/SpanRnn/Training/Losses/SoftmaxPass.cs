using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>The rows of <see cref="SoftmaxCrossEntropy"/>, chunk by chunk: exponentials, their sum, and then gradients in their place.</summary>
internal ref struct SoftmaxPass : ILossPass
{
    private RowLosses _losses;

    public ReadOnlySpan<float> Logits;
    public ReadOnlySpan<int> Targets;

    /// <summary>Empty where only the loss is asked for.</summary>
    public Span<float> Gradients;
    public RowShape Shape;
    public int IgnoreIndex;
    public double Smoothing, Scale;

    public RowLosses Losses
    {
        readonly get => _losses;
        set => _losses = value;
    }

    public void Run<V>() where V : struct, ILanes<V>
    {
        Span<float> scratch = stackalloc float[Gradients.IsEmpty ? Math.Min(Shape.Columns, FixedOrder.ChunkLength) : 0];
        for (int row = _losses.First; row < _losses.End; row++)
        {
            Span<float> gradients = Gradients.IsEmpty ? [] : Shape.PaddedRow(Gradients, row);
            if (Targets[row] == IgnoreIndex)
            {
                gradients.Clear();
                _losses.Add(row, 0);
                continue;
            }

            ReadOnlySpan<float> logits = Logits.Slice(row * Shape.Stride, Shape.Columns);
            _losses.Add(row, Row<V>(logits, Targets[row], gradients, scratch));
        }
    }

    private readonly double Row<V>(ReadOnlySpan<float> logits, int target, Span<float> gradients, Span<float> scratch)
        where V : struct, ILanes<V>
    {
        int classes = logits.Length;
        float largest = SoftmaxRow.Largest<V>(logits);
        double distance = (double)logits[target] - largest, distances = 0;
        if (Smoothing > 0)
        {
            var term = new DistanceTerm(logits, largest);
            distances = FixedOrder.Sum<V, DistanceTerm>(ref term, classes);
        }

        double others = 0;
        float own = 0f;
        for (int start = 0; start < classes; start += FixedOrder.ChunkLength)
        {
            ReadOnlySpan<float> chunk = logits[start..Math.Min(start + FixedOrder.ChunkLength, classes)];
            Span<float> e = (gradients.IsEmpty ? scratch : gradients[start..])[..chunk.Length];
            SoftmaxRow.Exponentials<V>(chunk, largest, e);
            if ((uint)(target - start) < (uint)e.Length)
            {
                own = e[target - start];
                e[target - start] = 0f;
            }

            var term = new PlainTerm(e);
            others += FixedOrder.Sum<V, PlainTerm>(ref term, e.Length);
        }

        double sum = others + own, spread = Smoothing / classes;
        if (!gradients.IsEmpty)
        {
            // p_t - 1 is -others / sum, without cancellation.
            Gradient<V>(gradients[..classes], (float)(Scale / sum), (float)(Scale * spread));
            gradients[target] = (float)(Scale * (Smoothing - spread - others / sum));
            gradients[classes..].Clear();
        }

        return Math.Log(sum) - (1 - Smoothing) * distance - spread * distances;
    }

    /// <summary>e factor - spread, in place.</summary>
    private static void Gradient<V>(Span<float> e, float factor, float spread) where V : struct, ILanes<V>
    {
        ref float at = ref MemoryMarshal.GetReference(e);
        int i = 0;
        for (; i <= e.Length - V.Width; i += V.Width)
        {
            Gradient<V>(ref Unsafe.Add(ref at, i), factor, spread);
        }

        for (; i < e.Length; i++)
        {
            Gradient<Lanes1>(ref Unsafe.Add(ref at, i), factor, spread);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gradient<V>(ref float at, float factor, float spread) where V : struct, ILanes<V> =>
        LaneMath.Flush(V.Fma(V.Load(in at), V.Of(factor), V.Of(-spread))).Store(ref at);
}
