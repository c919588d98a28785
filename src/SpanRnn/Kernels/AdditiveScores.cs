using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>e[t, s] = sum over units a, in order, of v[a] tanh(q[t, a] + k[s, a]): the scores of additive attention.</summary>
internal ref struct AdditiveScores : IKernel
{
    /// <summary>Queries [Rows, Units] in rows of whole blocks; keys transposed, [Units, Columns]; v [Units].</summary>
    public ref float Queries, Keys, V;

    /// <summary>[Rows, Columns] in rows of whole blocks.</summary>
    public ref float Scores;
    public int Rows, Units, QueryStride, Columns, Stride;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<TLanes>() where TLanes : struct, ILanes<TLanes>
    {
        int columns = Block.Pad(Columns);
        for (int t = 0; t < Rows; t++)
        {
            ref float query = ref Unsafe.Add(ref Queries, (nint)t * QueryStride);
            for (nint s = 0; s < columns; s += TLanes.Width)
            {
                TLanes sum = TLanes.Of(0f);
                for (nint a = 0; a < Units; a++)
                {
                    TLanes x = TLanes.Of(Unsafe.Add(ref query, a)) + TLanes.Load(in Unsafe.Add(ref Keys, a * Stride + s));
                    sum = TLanes.Fma(TLanes.Of(Unsafe.Add(ref V, a)), LaneMath.Tanh(x), sum);
                }

                sum.Store(ref Unsafe.Add(ref Scores, (nint)t * Stride + s));
            }
        }
    }
}
