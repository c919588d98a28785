using System.Runtime.CompilerServices;
using SpanRnn.Cells;

namespace SpanRnn.Kernels;

/// <summary>What a general cell reads for any unit of a layer: rows of <c>TCell.PointwiseRows</c> x 16 floats a block, as those of a.</summary>
internal ref struct PointwiseRows
{
    public ref readonly CellSettings Settings;

    public ref float Origin;

    /// <summary>From a unit on, a multiple of the width. Nothing at all for a cell that reads none: no code is left of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Pointwise At<TCell>(int unit) where TCell : struct, ICell => TCell.PointwiseRows == 0
        ? default
        : new Pointwise(in Settings, ref Unsafe.Add(ref Origin, unit / Block.Size * TCell.PointwiseRows * Block.Size + unit % Block.Size));
}
