using SpanRnn.Lanes;

namespace SpanRnn.Cells;

/// <summary>A recurrent cell: two pointwise functions, forward and backward, over a block of units of any width.</summary>
/// <remarks>
/// <para>The layer has already put the matrix products into the pre-activations a, and adds R' da to the previous state's
/// gradient afterwards. What <c>Forward</c> returns replaces a on the tape; what <c>Backward</c> returns, da, replaces that.</para>
/// <para>Padding is sound only for cells that map (a = 0, state = 0) to state 0; others must mask what they return.</para>
/// </remarks>
internal interface ICell
{
    static abstract CellShape Shape { get; }

    // Constants that the compiler folds; Shape repeats them for code that is not generic.
    static abstract int Slots { get; }

    static abstract int InputSlot { get; }

    static abstract int InputGates { get; }

    static abstract int RecurrentSlot { get; }

    static abstract int RecurrentGates { get; }

    static abstract bool HasCellState { get; }

    static abstract bool HasExtra { get; }

    /// <summary>
    /// Whether the cell itself reads the previous hidden state, and not only the products with it: else it is given none, and nobody need fetch it from its cache. True
    /// for every cell with a candidate.
    /// </summary>
    static abstract bool ReadsHidden { get; }

    /// <summary>Rows of <see cref="Pointwise"/> that the cell reads: 0 for a cell that knows all it needs, which is then given none.</summary>
    static abstract int PointwiseRows { get; }

    /// <summary>
    /// Whether one activation waits for others, so that <see cref="Gate"/> and <see cref="Forward"/> are halves with nothing between them: over many
    /// blocks each half in turn keeps more independent work before the processor than the whole block by block.
    /// </summary>
    static virtual bool HasHalves => false;

    /// <summary>The slots that <see cref="Forward"/> changes of what the first half left: the first so many. Without halves all of them.</summary>
    static virtual int SlotsOfSecondHalf => 0;

    /// <summary>
    /// The first half of a cell with halves, or of one with a candidate's product what comes before that: the gates, and what is made of them (the
    /// next c, not flushed yet; what the candidate's product is with).
    /// </summary>
    static virtual Gates<V> Gate<V>(Gates<V> a, State<V> previous, Pointwise p, out V made) where V : struct, ILanes<V>
    {
        made = default;
        return a;
    }

    /// <summary>(a, state) to the next state; returns the tape. The second half where there are two: <paramref name="a"/> and <paramref name="made"/> are the first's.</summary>
    static abstract Gates<V> Forward<V>(Gates<V> a, V made, State<V> previous, Pointwise p, out State<V> next, out V extra)
        where V : struct, ILanes<V>;

    /// <summary>From the tape and the next state's gradient to the previous state's own part of it; returns da.</summary>
    static abstract Gates<V> Backward<V>(Gates<V> tape, V extra, State<V> previous, Pointwise p, State<V> dNext, out State<V> dPrevious)
        where V : struct, ILanes<V>;

    /// <summary>For a cell with a candidate's product, the derivative of <see cref="Gate"/>: completes da and adds to the previous hidden state's gradient.</summary>
    static virtual Gates<V> GateBackward<V>(Gates<V> da, State<V> previous, Pointwise p, V dGated, ref V dPreviousH) where V : struct, ILanes<V> => da;
}
