using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Lanes.LaneMath;

namespace SpanRnn.Cells;

/// <summary><see cref="GruResetBefore"/> with any activations and limited pre-activations; the tape keeps a.</summary>
/// <remarks>r, z = F(a); n = G(W_n x + R_n (r h') + b_n); h = z h' + (1 - z) n.</remarks>
internal readonly struct GeneralGruResetBefore : ICell
{
    public static CellShape Shape { get; } =
        CellShape.Of<GeneralGruResetBefore>("gru-before", input: [0, 1, 2], recurrent: [0, 1], candidate: [2]);

    public static int Slots => 3;

    public static int InputSlot => 0;

    public static int InputGates => 3;

    public static int RecurrentSlot => 0;

    public static int RecurrentGates => 2;

    public static bool HasCellState => false;

    public static bool HasExtra => false;

    public static bool ReadsHidden => true;

    public static int PointwiseRows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Gate<V>(Gates<V> a, State<V> previous, Pointwise p, out V gated) where V : struct, ILanes<V>
    {
        gated = p.Masked(Flush(p.F(a.V0) * previous.H));
        return a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Forward<V>(Gates<V> a, V _, State<V> previous, Pointwise p, out State<V> next, out V none) where V : struct, ILanes<V>
    {
        V z = p.F(a.V1), n = p.G(a.V2);
        next = new State<V>(h: p.Masked(Flush(V.Fma(z, previous.H - n, n))), c: default);
        none = default;
        return a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Backward<V>(
        Gates<V> a, V none, State<V> previous, Pointwise p, State<V> dNext, out State<V> dPrevious) where V : struct, ILanes<V>
    {
        V z = p.F(a.V1), n = p.G(a.V2), dh = Flush(dNext.H);
        dPrevious = new State<V>(h: p.Masked(Flush(dh * z)), c: default);
        return new Gates<V>
        {
            V0 = a.V0, // its own derivative needs the candidate's product first: see GateBackward
            V1 = p.Masked(dh * (previous.H - n) * p.DF(a.V1, z)),
            V2 = p.Masked(dh * (V.Of(1f) - z) * p.DG(a.V2, n)),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> GateBackward<V>(Gates<V> da, State<V> previous, Pointwise p, V dGated, ref V dPreviousH) where V : struct, ILanes<V>
    {
        V a = da.V0, r = p.F(a);
        dPreviousH = p.Masked(V.Fma(dGated, r, dPreviousH));
        return new Gates<V> { V0 = p.Masked(dGated * previous.H * p.DF(a, r)), V1 = da.V1, V2 = da.V2 };
    }
}
