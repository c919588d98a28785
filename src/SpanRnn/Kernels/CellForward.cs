using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>A cell's forward function over rows, for some blocks of units, in place: (a, h', c') to (tape, h, c).</summary>
internal ref struct CellForward<TCell> : IKernel where TCell : struct, ICell
{
    public CellRows Rows;

    public BlockRange Blocks;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V> => Rows.Forward<TCell, V>(0, Rows.Count, Blocks.Start, Blocks.Count * Block.Size);
}

/// <summary>The gates that a candidate's product waits for, over rows, for some blocks of units.</summary>
internal ref struct CellGate<TCell> : IKernel where TCell : struct, ICell
{
    public CellRows Rows;

    public BlockRange Blocks;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V> => Rows.Gate<TCell, V>(0, Rows.Count, Blocks.Start, Blocks.Count * Block.Size);
}
