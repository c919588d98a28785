using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Lanes.LaneMath;

namespace SpanRnn.Cells;

/// <summary>Gated recurrent unit as first published (Cho et al. 2014): the reset gate is applied before the candidate's product.</summary>
/// <remarks>
/// r, z = sigmoid(a); n = tanh(W_n x + R_n (r h') + b_n); h = z h' + (1 - z) n. Slots r z n, in PyTorch's gate order.
/// </remarks>
internal readonly struct GruResetBefore : ICell
{
    public static CellShape Shape { get; } = CellShape.Of<GruResetBefore>("gru-before", input: [0, 1, 2], recurrent: [0, 1], candidate: [2]);

    public static int Slots => 3;

    public static int InputSlot => 0;

    public static int InputGates => 3;

    public static int RecurrentSlot => 0;

    public static int RecurrentGates => 2;

    public static bool HasCellState => false;

    public static bool HasExtra => false;

    public static bool ReadsHidden => true;

    public static int PointwiseRows => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Gate<V>(Gates<V> a, State<V> previous, Pointwise _, out V gated) where V : struct, ILanes<V>
    {
        V r = Sigmoid(a.V0), z = Sigmoid(a.V1);
        gated = Flush(r * previous.H);
        return new Gates<V> { V0 = r, V1 = z, V2 = a.V2 };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Forward<V>(Gates<V> a, V _, State<V> previous, Pointwise __, out State<V> next, out V none) where V : struct, ILanes<V>
    {
        V r = a.V0, z = a.V1, n = Tanh(a.V2);
        next = new State<V>(h: Flush(V.Fma(z, previous.H - n, n)), c: default);
        none = default;
        return new Gates<V> { V0 = r, V1 = z, V2 = n };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Backward<V>(
        Gates<V> tape, V none, State<V> previous, Pointwise _, State<V> dNext, out State<V> dPrevious) where V : struct, ILanes<V>
    {
        V r = tape.V0, z = tape.V1, n = tape.V2, dh = Flush(dNext.H);
        dPrevious = new State<V>(h: Flush(dh * z), c: default);
        return new Gates<V>
        {
            V0 = r, // its own derivative needs the candidate's product first: see GateBackward
            V1 = dh * (previous.H - n) * DSigmoid(z),
            V2 = dh * (V.Of(1f) - z) * DTanh(n),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> GateBackward<V>(Gates<V> da, State<V> previous, Pointwise _, V dGated, ref V dPreviousH) where V : struct, ILanes<V>
    {
        V r = da.V0;
        dPreviousH = V.Fma(dGated, r, dPreviousH);
        return new Gates<V> { V0 = dGated * previous.H * DSigmoid(r), V1 = da.V1, V2 = da.V2 };
    }
}
