using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>One step of many sequences through one layer, with the weights of <see cref="StreamStep{TCell, TWeight}"/> and to the bit its results.</summary>
/// <remarks>
/// Group by group: the products of a few rows at a time, then the cell on what they left in the first-level cache. Of a cell with a candidate
/// this is the part before its product, which <see cref="StreamRowsCandidate{TCell, TWeight}"/> completes.
/// </remarks>
internal ref struct StreamRows<TCell, TWeight> : IKernel where TCell : struct, ICell where TWeight : struct, IWeight
{
    /// <summary>Rows that share a group before the next: few enough that A and the states stay in the first-level cache.</summary>
    private const int MostRows = 36;

    public ref byte Weights;

    /// <summary>Slots x 16 floats for each block of 16 units; the scales, of scaled weights alone, as in <see cref="StreamPanel{TWeight}"/>.</summary>
    public ref float Bias, Scales;

    /// <summary>W x and R h; results are laid out as A.</summary>
    public StreamTiles<TWeight> Input, State;

    /// <summary>A, the states, and where the next ones go.</summary>
    public CellRows Rows;

    /// <summary>As A, for the sums of scaled weights; and zeros.</summary>
    public ref float Partial, Zero;

    public int Blocks, BlocksOfGroup, StateScales;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        ref byte weights = ref Weights;
        int chunks = (Rows.Count + MostRows - 1) / MostRows, chunk = (Rows.Count + chunks - 1) / chunks;
        for (int block = 0, size; block < Blocks; block += size)
        {
            size = StreamGroups.Size(block, Blocks, BlocksOfGroup);
            int vector = size * V.Width * TWeight.Bytes;
            ref byte recurrent = ref Unsafe.Add(ref weights, (nint)Input.Depth * TCell.InputGates * vector);
            for (int row = 0; row < Rows.Count; row += chunk)
            {
                int rows = Math.Min(chunk, Rows.Count - row);
                Products<V>(ref weights, ref recurrent, block, size, row, rows);
                Cells<V>(block * V.Width, (block + size) * V.Width, row, rows);
            }

            weights = ref Unsafe.Add(ref recurrent, (nint)State.Depth * TCell.RecurrentGates * vector);
        }
    }

    /// <summary>a = b + W x + R h for the units of a group.</summary>
    private readonly void Products<V>(ref byte input, ref byte recurrent, int block, int size, int row, int rows) where V : struct, ILanes<V>
    {
        for (int member = 0, width; member < size; member += width)
        {
            width = TCell.Slots > 1 ? 1 : Math.Min(4, size - member);
            int at = RowOf((block + member) * V.Width), inputAt = at + TCell.InputSlot * Block.Size, stateAt = at + TCell.RecurrentSlot * Block.Size;
            ref float a = ref Unsafe.Add(ref Rows.A, (nint)row * Input.Stride);
            ref float inputSums = ref Unsafe.Add(ref a, inputAt), stateSums = ref Unsafe.Add(ref a, stateAt);
            FillOtherSlots<V>(at, ref a, rows);
            if (TWeight.IsScaled)
            {
                ref float partial = ref Unsafe.Add(ref Partial, (nint)row * Input.Stride + stateAt);
                Input.Multiply<V>(ref input, size, member, width, row, rows, ref Zero, 0, ref inputSums);
                State.Multiply<V>(ref recurrent, size, member, width, row, rows, ref Zero, 0, ref partial);
                for (int vector = 0; vector < width * TCell.InputGates; vector++)
                {
                    int slot = vector * Input.Vector;
                    ScaledRows.Add<V>(
                        ref Unsafe.Add(ref inputSums, slot), ref Unsafe.Add(ref Scales, inputAt + slot), ref Unsafe.Add(ref Bias, inputAt + slot), 0,
                        ref Unsafe.Add(ref inputSums, slot), Input.Stride, rows);
                }

                for (int vector = 0; vector < width * TCell.RecurrentGates; vector++)
                {
                    int slot = vector * Input.Vector;
                    ref float sum = ref Unsafe.Add(ref stateSums, slot);
                    ScaledRows.Add<V>(
                        ref Unsafe.Add(ref partial, slot), ref Unsafe.Add(ref Scales, StateScales + stateAt + slot), ref sum, Input.Stride, ref sum, Input.Stride, rows);
                }
            }
            else
            {
                Input.Multiply<V>(ref input, size, member, width, row, rows, ref Unsafe.Add(ref Bias, inputAt), 0, ref inputSums);
                State.Multiply<V>(ref recurrent, size, member, width, row, rows, ref stateSums, Input.Stride, ref stateSums);
            }
        }
    }

    private readonly void Cells<V>(int unit, int end, int row, int rows) where V : struct, ILanes<V>
    {
        if (StreamStep<TCell, TWeight>.HasCandidate)
        {
            Rows.Gate<TCell, V>(row, rows, unit, end - unit);
        }
        else
        {
            Rows.Forward<TCell, V>(row, rows, unit, end - unit);
        }
    }

    /// <summary>Slots that only the recurrent product adds to (a GRU's b_hn) start from their bias.</summary>
    private readonly void FillOtherSlots<V>(int at, ref float a, int rows) where V : struct, ILanes<V>
    {
        for (int slot = TCell.InputSlot + TCell.InputGates; slot < TCell.Slots; slot++)
        {
            V bias = V.Load(in Unsafe.Add(ref Bias, at + slot * Block.Size));
            for (int row = 0; row < rows; row++)
            {
                bias.Store(ref Unsafe.Add(ref a, (nint)row * Input.Stride + at + slot * Block.Size));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RowOf(int unit) => unit / Block.Size * TCell.Slots * Block.Size + unit % Block.Size;
}
