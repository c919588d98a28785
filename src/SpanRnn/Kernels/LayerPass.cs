using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;
using static SpanRnn.Kernels.Tile;

namespace SpanRnn.Kernels;

/// <summary>
/// One step of a layer for many sequences: the products of a few rows and one panel of units, then at once the cell on what they left
/// in the first-level cache, then the next rows and panels.
/// </summary>
/// <remarks>
/// The products' results are A, whose rows hold Slots x 16 floats a block. Next may not be previous, since every panel reads all of h.
/// For a cell with a candidate, the first of two passes is of W, R and the gates, the second of the candidate's product and the cell.
/// </remarks>
internal ref struct LayerPass<TCell> : IKernel where TCell : struct, ICell
{
    /// <summary>Rows that share a panel before the next: few enough that A and the states stay in the first-level cache.</summary>
    private const int MostRows = 36;

    /// <summary>The products; Input is of the first pass alone.</summary>
    public Product Input, Recurrent;

    /// <summary>Pointwise work on the same rows.</summary>
    public CellRows Rows;

    public bool HasInput, IsGate;

    /// <summary>Whether the last panel comes first: see <see cref="Product.Backwards"/>.</summary>
    public bool Backwards;

    /// <summary>Units in blocks, and how many of them a panel of the products has.</summary>
    public int Blocks, BlocksOfPanel;

    /// <summary>The bias of all slots, for those that the input product does not write.</summary>
    public ref float Bias;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        int groups = (Rows.Count + MostRows - 1) / MostRows, groupRows = (Rows.Count + groups - 1) / groups;
        int panels = (Blocks + BlocksOfPanel - 1) / BlocksOfPanel;
        for (int i = 0; i < panels; i++)
        {
            int panel = Backwards ? panels - 1 - i : i, block = panel * BlocksOfPanel, blocks = Math.Min(BlocksOfPanel, Blocks - block);
            for (int row = 0; row < Rows.Count; row += groupRows)
            {
                int rows = Math.Min(groupRows, Rows.Count - row);
                if (HasInput)
                {
                    FillOtherSlots<V>(row, rows, block, blocks);
                    Multiply<V>(in Input, panel, row, rows, blocks);
                }

                Multiply<V>(in Recurrent, panel, row, rows, blocks);
                if (IsGate)
                {
                    Rows.Gate<TCell, V>(row, rows, block * Block.Size, blocks * Block.Size);
                }
                else
                {
                    Rows.Forward<TCell, V>(row, rows, block * Block.Size, blocks * Block.Size);
                }
            }
        }
    }

    private static void Multiply<V>(in Product p, int panel, int row, int rows, int blocks) where V : struct, ILanes<V>
    {
        int width = blocks * (p.PanelWidth / p.BlocksOfPanel);
        Gemm.Panel<V>(
            in p,
            ref At(ref p.A, row * p.ARow),
            ref At(ref p.B, panel * p.BPanel),
            ref At(ref p.Init, row * p.InitRow + panel * p.CPanel),
            ref At(ref p.C, row * p.CRow + panel * p.CPanel),
            rows,
            width);
    }

    private readonly void FillOtherSlots<V>(int row, int rows, int block, int blocks) where V : struct, ILanes<V>
    {
        for (int slot = TCell.InputSlot + TCell.InputGates; slot < TCell.Slots; slot++)
        {
            for (int b = block; b < block + blocks; b++)
            {
                int at = (b * TCell.Slots + slot) * Block.Size;
                for (int lane = 0; lane < Block.Size; lane += V.Width)
                {
                    V bias = V.Load(in Unsafe.Add(ref Bias, at + lane));
                    for (int r = row; r < row + rows; r++)
                    {
                        bias.Store(ref Unsafe.Add(ref Rows.A, (nint)r * TCell.Slots * Rows.Units + at + lane));
                    }
                }
            }
        }
    }
}
