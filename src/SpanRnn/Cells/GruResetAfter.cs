using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Lanes.LaneMath;

namespace SpanRnn.Cells;

/// <summary>Gated recurrent unit, the reset gate applied after the product (PyTorch, cuDNN, Keras's default).</summary>
/// <remarks>
/// r, z = sigmoid(a); n = tanh(W_n x + b_in + r (R_n h' + b_hn)); h = z h' + (1 - z) n. PyTorch's gate order is r z n; the slots
/// are n's input part, r, z, n's recurrent part, so that either product writes three neighbours.
/// </remarks>
internal readonly struct GruResetAfter : ICell
{
    public static CellShape Shape { get; } = CellShape.Of<GruResetAfter>("gru", input: [2, 0, 1], recurrent: [0, 1, 2]);

    public static int Slots => 4;

    public static int InputSlot => 0;

    public static int InputGates => 3;

    public static int RecurrentSlot => 1;

    public static int RecurrentGates => 3;

    public static bool HasCellState => false;

    public static bool HasExtra => false;

    public static bool ReadsHidden => true;

    public static int PointwiseRows => 0;

    public static bool HasHalves => true;

    public static int SlotsOfSecondHalf => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Gate<V>(Gates<V> a, State<V> _, Pointwise __, out V none) where V : struct, ILanes<V>
    {
        V r = Sigmoid(a.V1), z = Sigmoid(a.V2), q = a.V3;
        none = default;
        return new Gates<V> { V0 = V.Fma(r, q, a.V0), V1 = r, V2 = z, V3 = q };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Forward<V>(Gates<V> gates, V _, State<V> previous, Pointwise __, out State<V> next, out V none) where V : struct, ILanes<V>
    {
        V n = Tanh(gates.V0), r = gates.V1, z = gates.V2, q = gates.V3;
        next = new State<V>(h: Flush(V.Fma(z, previous.H - n, n)), c: default);
        none = default;
        return new Gates<V> { V0 = n, V1 = r, V2 = z, V3 = q };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Backward<V>(
        Gates<V> tape, V none, State<V> previous, Pointwise _, State<V> dNext, out State<V> dPrevious) where V : struct, ILanes<V>
    {
        V n = tape.V0, r = tape.V1, z = tape.V2, q = tape.V3, dh = Flush(dNext.H);
        V dn = dh * (V.Of(1f) - z) * DTanh(n);
        dPrevious = new State<V>(h: Flush(dh * z), c: default);
        return new Gates<V>
        {
            V0 = dn,
            V1 = dn * q * DSigmoid(r),
            V2 = dh * (previous.H - n) * DSigmoid(z),
            V3 = dn * r,
        };
    }
}
