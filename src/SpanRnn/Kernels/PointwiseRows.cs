using System.Runtime.CompilerServices;
using SpanRnn.Cells;

namespace SpanRnn.Kernels;

/// <summary>What a general cell reads for any unit of a layer: rows of <c>TCell.PointwiseRows</c> x 16 floats a block, as those of a.</summary>
internal ref struct PointwiseRows
{
    public ref readonly CellSettings Settings;

    public ref float Origin;

    /// <summary>
    /// From a unit on, a multiple of the width, counted through rows of <paramref name="units"/>. Nothing at all for a cell that reads
    /// none: no code is left of it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Pointwise At<TCell>(int unit, int units) where TCell : struct, ICell =>
        TCell.PointwiseRows == 0 ? default : Of(unit % units, TCell.PointwiseRows);

    private readonly Pointwise Of(int unit, int rows) =>
        new(in Settings, ref Unsafe.Add(ref Origin, unit / Block.Size * rows * Block.Size + unit % Block.Size));
}
