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
        V made = default;
        if (TCell.HasHalves)
        {
            a = TCell.Gate(a, previous, p, out made);
        }

        return TCell.Forward(a, made, previous, p, out next, out extra);
    }
}
