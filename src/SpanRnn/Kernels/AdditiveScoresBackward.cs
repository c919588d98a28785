using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>
/// From de to the gradients of <see cref="AdditiveScores"/>: dq[t] = sum over s, and dk[s] = sum over t, of de v (1 - x^2); dv += sum
/// over t and s of de x; where x = tanh(q[t] + k[s]) is computed again rather than kept for every t, s and unit.
/// </summary>
internal ref struct AdditiveScoresBackward : IKernel
{
    /// <summary>Queries [Rows, Units], keys [Columns, Units] in rows of whole blocks, v [Units].</summary>
    public ref float Queries, Keys, V;

    /// <summary>de, [Rows, Columns].</summary>
    public ref float DScores;

    /// <summary>Written, added to (zero at first), added to.</summary>
    public ref float DQueries, DKeys, DV;

    /// <summary>Units are whole blocks; so are the rows of queries and keys.</summary>
    public int Rows, Columns, Units, Stride;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<TLanes>() where TLanes : struct, ILanes<TLanes>
    {
        for (nint a = 0; a < Units; a += TLanes.Width)
        {
            TLanes v = TLanes.Load(in Unsafe.Add(ref V, a)), dv = TLanes.Load(in Unsafe.Add(ref DV, a));
            for (nint t = 0; t < Rows; t++)
            {
                TLanes q = TLanes.Load(in Unsafe.Add(ref Queries, t * Units + a)), dq = TLanes.Of(0f);
                ref float de = ref Unsafe.Add(ref DScores, t * Stride);
                for (nint s = 0; s < Columns; s++)
                {
                    TLanes x = LaneMath.Tanh(q + TLanes.Load(in Unsafe.Add(ref Keys, s * Units + a)));
                    TLanes d = TLanes.Of(Unsafe.Add(ref de, s)), g = d * v * LaneMath.DTanh(x);
                    dv = TLanes.Fma(d, x, dv);
                    dq += g;
                    ref float dk = ref Unsafe.Add(ref DKeys, s * Units + a);
                    (TLanes.Load(in dk) + g).Store(ref dk);
                }

                LaneMath.Flush(dq).Store(ref Unsafe.Add(ref DQueries, t * Units + a));
            }

            dv.Store(ref Unsafe.Add(ref DV, a));
        }
    }
}
