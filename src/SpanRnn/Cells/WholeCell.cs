using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Cells;

/// <summary>A cell without a pause between its halves.</summary>
internal static class WholeCell
{
    /// <summary>(a, state) to the next state; returns the tape.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Forward<TCell, V>(Gates<V> a, State<V> previous, Pointwise p, out State<V> next, out V extra)
        where TCell : struct, ICell where V : struct, ILanes<V>
    {
        if (!TCell.HasHalves)
        {
            return TCell.Forward(a, default, previous, p, out next, out extra);
        }

        Gates<V> gates = TCell.Gate(a, previous, p, out V made);
        return TCell.Forward(gates, made, previous, p, out next, out extra);
    }
}
