using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Lanes;
using static SpanRnn.Kernels.Tile;

namespace SpanRnn.Kernels;

/// <summary>
/// One step of a layer for many sequences: the products of some rows and one panel of units, then at once the cell on what they left
/// in a near cache, then the next rows and panels.
/// </summary>
/// <remarks>
/// The products' results are A, whose rows hold Slots x 16 floats a block. Next may not be previous, since every panel reads all of h.
/// For a cell with a candidate, the first of two passes is of W, R and the gates, the second of the candidate's product and the cell.
/// </remarks>
internal ref struct LayerPass<TCell> : IKernel where TCell : struct, ICell
{
    /// <summary>
    /// Rows that share a panel before the next: few enough that what they leave for the cell stays in the second-level cache beside the panel, many because narrow vectors read a
    /// panel vector by vector, each anew for every group.
    /// </summary>
    internal const int MostRows = 104;

    /// <summary>Terms of both products up to which narrow vectors do them in one tile: so many of one vector's weights stay in the first-level cache.</summary>
    private const int MostJoined = 256;

    /// <summary>The products; Input is of the first pass alone, and swept as Recurrent.</summary>
    public Product Input, Recurrent;

    /// <summary>Pointwise work on the same rows.</summary>
    public CellRows Rows;

    public bool HasInput, IsGate;

    /// <summary>
    /// Whether A is room for one panel, dense and used again for the next: where nobody reads A later. Rows of all units are often a power of two apart
    /// and would evict each other from the first-level cache.
    /// </summary>
    public bool IsDense;

    /// <summary>Whether the pass writes hidden states that no step has touched, of more steps than a near cache holds: they come from a far one.</summary>
    public bool IsFar;

    /// <summary>Units in blocks, and how many of them a panel of the products has.</summary>
    public int Blocks, BlocksOfPanel;

    /// <summary>The bias of all slots, for those that the input product does not write.</summary>
    public ref float Bias;

    /// <summary>Whether both products add to every slot, so that their panels are alike: LSTM and RNN.</summary>
    private static bool HasSameSlots => TCell.InputGates == TCell.Slots && TCell.RecurrentGates == TCell.Slots;

    [MethodImpl(Hot.Loop)]
    public void Run<V>() where V : struct, ILanes<V>
    {
        Input.Backwards = Recurrent.Backwards;
        ref float firstInit = ref Input.Init;
        nint panelOfInit = Input.CPanel;
        Input.IsFar = !IsDense;
        if (IsDense)
        {
            Rows.AStride = BlocksOfPanel * TCell.Slots * Block.Size;
            Input.CRow = Recurrent.CRow = Recurrent.InitRow = Rows.AStride * sizeof(float);
            Input.CPanel = Recurrent.CPanel = 0;
        }

        int groups = (Rows.Count + MostRows - 1) / MostRows, groupRows = (Rows.Count + groups - 1) / groups;
        int panels = (Blocks + BlocksOfPanel - 1) / BlocksOfPanel;
        nint bytes = panels * (Recurrent.BPanel + (HasInput ? Input.BPanel : 0));
        bool asks = V.Width == Block.Size && !Recurrent.PanelsAreNear && NextLines.ComeFromAfar(bytes, isEveryStep: true);
        nint nextRows = V.Width == Block.Size ? Recurrent.NextPanel : 0; // where weights are near, tiles have time to ask for what else will be needed
        for (int i = 0; i < panels; i++)
        {
            int panel = Recurrent.Backwards ? panels - 1 - i : i, block = panel * BlocksOfPanel, blocks = Math.Min(BlocksOfPanel, Blocks - block);
            if (IsDense)
            {
                Input.Init = ref At(ref firstInit, panel * panelOfInit);
                Rows.FirstUnitOfA = block * Block.Size;
            }

            Input.NextPanel = asks ? NextLines.ToNextPanel(in Input, i, panels) : 0;
            Recurrent.NextPanel = asks ? NextLines.ToNextPanel(in Recurrent, i, panels) : nextRows;
            for (int row = 0; row < Rows.Count; row += groupRows)
            {
                int rows = Math.Min(groupRows, Rows.Count - row);
                if (IsFar)
                {
                    AskForStates(row, rows, block, blocks);
                }

                Multiply<V>(panel, row, rows, block, blocks);
                Input.NextPanel = Recurrent.NextPanel = 0; // asked for once
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

    /// <summary>
    /// Asks for the lines of the next states, which no step has touched yet, before the products: the cells' stores would wait for a far cache.
    /// </summary>
    private readonly void AskForStates(int row, int rows, int block, int blocks)
    {
        for (int r = row; r < row + rows; r++)
        {
            for (int b = block; b < block + blocks; b++)
            {
                Prefetch.Near(ref Unsafe.Add(ref Rows.NextH, (nint)r * (Rows.Units + Rows.NextGap) + b * Block.Size));
            }
        }
    }

    /// <summary>a = b + W x + R h, or a += R h, for some rows and a panel.</summary>
    private readonly void Multiply<V>(int panel, int row, int rows, int block, int blocks) where V : struct, ILanes<V>
    {
        if (!HasInput)
        {
            Multiply<V>(in Recurrent, panel, row, rows, blocks);
        }
        else if (V.Width == Block.Size && HasSameSlots && blocks * TCell.Slots == 4)
        {
            JoinedTile.Rows<V>(
                in Input,
                in Recurrent,
                ref At(ref Input.A, row * Input.ARow),
                ref At(ref Input.B, panel * Input.BPanel),
                ref At(ref Recurrent.A, row * Recurrent.ARow),
                ref At(ref Recurrent.B, panel * Recurrent.BPanel),
                ref At(ref Input.Init, panel * Input.CPanel),
                ref At(ref Recurrent.C, row * Recurrent.CRow + panel * Recurrent.CPanel),
                rows);
        }
        else if (V.Width > 1 && V.Width < Block.Size && Input.RunLength + Recurrent.RunLength <= MostJoined)
        {
            MultiplyBoth<V>(panel, row, rows, block, blocks);
        }
        else
        {
            FillOtherSlots<V>(row, rows, block, blocks);
            Multiply<V>(in Input, panel, row, rows, blocks);
            Multiply<V>(in Recurrent, panel, row, rows, blocks);
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

    /// <summary>Both products, slot by slot: a slot that only one of them adds to starts from the bias all the same.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void MultiplyBoth<V>(int panel, int row, int rows, int block, int blocks) where V : struct, ILanes<V>
    {
        Product alone = Recurrent;
        alone.InitRow = 0;
        ref float x = ref At(ref Input.A, row * Input.ARow), h = ref At(ref Recurrent.A, row * Recurrent.ARow);
        for (int b = 0; b < blocks; b++)
        {
            for (int slot = 0; slot < TCell.Slots; slot++)
            {
                int at = ((block + b) * TCell.Slots + slot) * Block.Size, gate = slot - TCell.InputSlot, recurrentGate = slot - TCell.RecurrentSlot;
                bool hasX = (uint)gate < TCell.InputGates, hasH = (uint)recurrentGate < TCell.RecurrentGates;
                ref float bias = ref Unsafe.Add(ref Bias, at);
                ref float c = ref Unsafe.Add(ref Rows.A, (nint)row * Rows.AStride + at - Rows.FirstUnitOfA * TCell.Slots);
                ref float w = ref hasX ? ref At(ref Input.B, panel * Input.BPanel + (b * TCell.InputGates + gate) * Input.BVector) : ref Input.B;
                ref float r = ref hasH
                    ? ref At(ref Recurrent.B, panel * Recurrent.BPanel + (b * TCell.RecurrentGates + recurrentGate) * Recurrent.BVector)
                    : ref Recurrent.B;
                if (hasX && hasH)
                {
                    JoinedTile.Rows<V>(in Input, in Recurrent, ref x, ref w, ref h, ref r, ref bias, ref c, rows);
                }
                else if (hasX)
                {
                    Gemm.OneVector<V>(in Input, ref x, ref w, ref bias, ref c, rows);
                }
                else
                {
                    Gemm.OneVector<V>(in alone, ref h, ref r, ref bias, ref c, rows);
                }
            }
        }
    }

    private readonly void FillOtherSlots<V>(int row, int rows, int block, int blocks) where V : struct, ILanes<V>
    {
        for (int slot = TCell.InputSlot + TCell.InputGates; slot < TCell.Slots; slot++)
        {
            for (int b = block; b < block + blocks; b++)
            {
                int at = (b * TCell.Slots + slot) * Block.Size, inA = at - Rows.FirstUnitOfA * TCell.Slots;
                for (int lane = 0; lane < Block.Size; lane += V.Width)
                {
                    V bias = V.Load(in Unsafe.Add(ref Bias, at + lane));
                    for (int r = row; r < row + rows; r++)
                    {
                        bias.Store(ref Unsafe.Add(ref Rows.A, (nint)r * Rows.AStride + inA + lane));
                    }
                }
            }
        }
    }
}
