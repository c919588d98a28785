using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Rows of numbers a become their softmax, exp(a) / sum exp(a), in place; what pads a row becomes 0.</summary>
internal ref struct Softmax : IKernel
{
    public ref float X;
    public int Rows, Columns, Stride;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int i = 0; i < Rows; i++)
        {
            Span<float> row = Kernels.Rows.Row(ref X, i, Stride, Stride), x = row[..Columns];
            SoftmaxRow.Exponentials<V>(x, SoftmaxRow.Largest<V>(x), x);
            var term = new PlainTerm(x);
            SoftmaxRow.Scale<V>(x, (float)(1 / FixedOrder.Sum<V, PlainTerm>(ref term, Columns)));
            row[Columns..].Clear();
        }
    }
}
