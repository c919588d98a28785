using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Lanes.LaneMath;

namespace SpanRnn.Cells;

/// <summary><see cref="GruResetAfter"/> with any activations and limited pre-activations; the tape keeps a.</summary>
/// <remarks>r, z = F(a); n = G(W_n x + b_in + r (R_n h' + b_hn)), this sum limited; h = z h' + (1 - z) n.</remarks>
internal readonly struct GeneralGruResetAfter : ICell
{
    public static CellShape Shape { get; } = CellShape.Of<GeneralGruResetAfter>("gru", input: [2, 0, 1], recurrent: [0, 1, 2]);

    public static int Slots => 4;

    public static int InputSlot => 0;

    public static int InputGates => 3;

    public static int RecurrentSlot => 1;

    public static int RecurrentGates => 3;

    public static bool HasCellState => false;

    public static bool HasExtra => false;

    public static bool ReadsHidden => true;

    public static int PointwiseRows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Forward<V>(Gates<V> a, V _, State<V> previous, Pointwise p, out State<V> next, out V none) where V : struct, ILanes<V>
    {
        V r = p.F(a.V1), z = p.F(a.V2), n = p.G(V.Fma(r, a.V3, a.V0));
        next = new State<V>(h: p.Masked(Flush(V.Fma(z, previous.H - n, n))), c: default);
        none = default;
        return a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Backward<V>(
        Gates<V> a, V none, State<V> previous, Pointwise p, State<V> dNext, out State<V> dPrevious) where V : struct, ILanes<V>
    {
        V r = p.F(a.V1), z = p.F(a.V2), q = a.V3, an = V.Fma(r, q, a.V0), n = p.G(an), dh = Flush(dNext.H);
        V dn = dh * (V.Of(1f) - z) * p.DG(an, n);
        dPrevious = new State<V>(h: p.Masked(Flush(dh * z)), c: default);
        return new Gates<V>
        {
            V0 = p.Masked(dn),
            V1 = p.Masked(dn * q * p.DF(a.V1, r)),
            V2 = p.Masked(dh * (previous.H - n) * p.DF(a.V2, z)),
            V3 = p.Masked(dn * r),
        };
    }
}
