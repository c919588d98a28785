using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>dp becomes da = p (dp - sum p dp), p = softmax a, row by row; what pads a row becomes 0.</summary>
internal ref struct SoftmaxBackward : IKernel
{
    public ref float P, Gradient;
    public int Rows, Columns, Stride;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int i = 0; i < Rows; i++)
        {
            Span<float> p = Kernels.Rows.Row(ref P, i, Stride, Columns), row = Kernels.Rows.Row(ref Gradient, i, Stride, Stride);
            var term = new ProductTerm(p, row);
            V sum = V.Of((float)FixedOrder.Sum<V, ProductTerm>(ref term, Columns));
            ref float at = ref MemoryMarshal.GetReference(row), weight = ref MemoryMarshal.GetReference(p);

            // The rows are whole blocks, and a weight of what pads them is 0.
            for (nint k = 0; k < Columns; k += V.Width)
            {
                V d = V.Load(in Unsafe.Add(ref at, k)) - sum;
                LaneMath.Flush(V.Load(in Unsafe.Add(ref weight, k)) * d).Store(ref Unsafe.Add(ref at, k));
            }

            row[Columns..].Clear();
        }
    }
}
