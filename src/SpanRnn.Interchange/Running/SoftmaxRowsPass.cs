using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Interchange.Running;

/// <summary>y = e^(x - m) / sum, or x - m - log(sum), over the numbers of each row, where m is the largest; y may be x.</summary>
internal ref struct SoftmaxRowsPass : IKernel
{
    public ref float X, Y;
    public int XStride, YStride, Rows, Size;
    public bool Logarithm;

    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int row = 0; row < Rows; row++)
        {
            Span<float> x = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref X, (nint)row * XStride), Size);
            ref float y = ref Unsafe.Add(ref Y, (nint)row * YStride);
            float largest = float.NegativeInfinity;
            foreach (float value in x)
            {
                largest = value > largest ? value : largest; // NaN is not lost: it is in the sum
            }

            var term = new ExponentialTerm(x, largest);
            double sum = FixedOrder.Sum<V, ExponentialTerm>(ref term, Size);
            if (Logarithm)
            {
                Logarithms<V>(ref MemoryMarshal.GetReference(x), ref y, largest, (float)Math.Log(sum));
            }
            else
            {
                Quotients<V>(ref MemoryMarshal.GetReference(x), ref y, largest, (float)sum);
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    private readonly void Quotients<V>(ref float x, ref float y, float largest, float sum) where V : struct, ILanes<V>
    {
        V m = V.Of(largest), whole = V.Of(sum);
        for (int i = 0; i < Size; i += V.Width)
        {
            (ExponentialTerm.Of(V.Load(in Unsafe.Add(ref x, i)), m) / whole).Store(ref Unsafe.Add(ref y, i));
        }
    }

    [MethodImpl(Hot.Loop)]
    private readonly void Logarithms<V>(ref float x, ref float y, float largest, float logarithm) where V : struct, ILanes<V>
    {
        V m = V.Of(largest), rest = V.Of(logarithm);
        for (int i = 0; i < Size; i += V.Width)
        {
            (V.Load(in Unsafe.Add(ref x, i)) - m - rest).Store(ref Unsafe.Add(ref y, i));
        }
    }
}
