namespace SpanRnn.Cells;

/// <summary>One matrix product of a cell: these gates (in PyTorch's order), written side by side into slots of the pre-activation.</summary>
/// <param name="Gates">Indices into the rows of the weight matrix, in blocks of H rows.</param>
/// <param name="FirstSlot">The slot that receives the first of them; the others follow.</param>
internal sealed record GateProduct(int[] Gates, int FirstSlot);

/// <summary>What a layer must know of a cell to lay out its memory and its products.</summary>
/// <param name="Name">The name in messages and files: "lstm".</param>
/// <param name="Gates">Blocks of H rows in the weight matrices W and R.</param>
/// <param name="Slots">Vectors of pre-activation for each block of units; on the tape they hold what backward needs.</param>
/// <param name="Input">W x.</param>
/// <param name="Recurrent">R h'.</param>
/// <param name="Candidate">R (r * h'), for cells whose candidate's product waits for a gate; else null.</param>
/// <param name="HasCellState">Whether the state is (h, c) rather than h alone.</param>
/// <param name="HasExtra">Whether the tape has one more vector for each block of units.</param>
/// <param name="PointwiseRows">Rows of <see cref="Pointwise"/>.</param>
internal sealed record CellShape(
    string Name, int Gates, int Slots, GateProduct Input, GateProduct Recurrent, GateProduct? Candidate, bool HasCellState, bool HasExtra,
    int PointwiseRows)
{
    /// <summary>The cell's constants, and which gates each of its products has.</summary>
    public static CellShape Of<TCell>(string name, int[] input, int[] recurrent, int[]? candidate = null) where TCell : struct, ICell => new(
        name,
        input.Length, // every gate has an input product
        TCell.Slots,
        new GateProduct(input, TCell.InputSlot),
        new GateProduct(recurrent, TCell.RecurrentSlot),
        candidate is null ? null : new GateProduct(candidate, TCell.RecurrentSlot + recurrent.Length),
        TCell.HasCellState,
        TCell.HasExtra,
        TCell.PointwiseRows);
}
