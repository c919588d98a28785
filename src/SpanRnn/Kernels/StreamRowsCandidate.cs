using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The second half of a step of many sequences of a cell with a candidate: a_n += R_n (r * h), then the cell.</summary>
internal ref struct StreamRowsCandidate<TCell, TWeight> : IKernel where TCell : struct, ICell where TWeight : struct, IWeight
{
    /// <summary>R_n (r * h), which goes to rows of units; what it starts from is not set.</summary>
    public StreamRowsProduct<TWeight> Product;

    /// <summary>A, whose last slot is a_n; the states, and where the next ones go.</summary>
    public CellRows Rows;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        // The candidate's slots, collected: tiles are of units side by side.
        Copy<V>(toSlots: false);
        StreamRowsProduct<TWeight> product = Product;
        product.Init = ref Product.Y;
        product.InitStride = Product.Tiles.Stride;
        if (TWeight.IsScaled)
        {
            // What sums of scaled weights start from must survive them.
            product.Init = ref Rows.NextH;
            product.InitStride = Rows.Units;
        }

        product.Run<V>();
        Copy<V>(toSlots: true);
        Rows.Forward<TCell, V>(0, Rows.Count, 0, Product.Blocks * V.Width);
    }

    private readonly void Copy<V>(bool toSlots) where V : struct, ILanes<V>
    {
        for (int row = 0; row < Rows.Count; row++)
        {
            ref float a = ref Unsafe.Add(ref Rows.A, (nint)row * TCell.Slots * Rows.Units + (TCell.Slots - 1) * Block.Size);
            ref float dense = ref Unsafe.Add(ref !toSlots && TWeight.IsScaled ? ref Rows.NextH : ref Product.Y, (nint)row * Rows.Units);
            for (int unit = 0; unit < Product.Blocks * V.Width; unit += V.Width)
            {
                ref float slot = ref Unsafe.Add(ref a, unit / Block.Size * TCell.Slots * Block.Size + unit % Block.Size);
                ref float own = ref Unsafe.Add(ref dense, unit);
                if (toSlots)
                {
                    V.Load(in own).Store(ref slot);
                }
                else
                {
                    V.Load(in slot).Store(ref own);
                }
            }
        }
    }
}
