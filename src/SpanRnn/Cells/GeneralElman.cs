using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Lanes.LaneMath;

namespace SpanRnn.Cells;

/// <summary>The simple recurrent cell with any activation: h = F(W x + R h' + b), the pre-activation limited. The tape keeps a.</summary>
internal readonly struct GeneralElman : ICell
{
    public static CellShape Shape { get; } = CellShape.Of<GeneralElman>("rnn", input: [0], recurrent: [0]);

    public static int Slots => 1;

    public static int InputSlot => 0;

    public static int InputGates => 1;

    public static int RecurrentSlot => 0;

    public static int RecurrentGates => 1;

    public static bool HasCellState => false;

    public static bool HasExtra => false;

    public static bool ReadsHidden => false;

    public static int PointwiseRows => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Forward<V>(Gates<V> a, V _, State<V> previous, Pointwise p, out State<V> next, out V none) where V : struct, ILanes<V>
    {
        next = new State<V>(h: p.Masked(Flush(p.F(a.V0))), c: default);
        none = default;
        return a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Backward<V>(
        Gates<V> a, V none, State<V> previous, Pointwise p, State<V> dNext, out State<V> dPrevious) where V : struct, ILanes<V>
    {
        dPrevious = new State<V>(h: V.Of(0f), c: default);
        return new Gates<V> { V0 = p.Masked(Flush(dNext.H * p.DF(a.V0, p.F(a.V0)))) };
    }
}
