using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>One matrix product C = init + A B: where its operands lie. Strides are in bytes.</summary>
/// <remarks>
/// A is [Rows, K], its element (m, k) broadcast; K is <see cref="Runs"/> runs of <see cref="RunLength"/> elements, so that the
/// sum can skip slots it does not use. B is [K, Vectors] in panels of <see cref="PanelWidth"/> vectors
/// (the last may be narrower), and a panel of groups of <see cref="GroupWidth"/>. C's vector v of group g of panel p lies at
/// p * CPanel + g * CGroup + v * CVector of its row; init is laid out as C with
/// its own row stride: 0 repeats one row (a bias), C itself accumulates.
/// </remarks>
internal ref struct Product : IKernel
{
    /// <summary>A C of so many bytes may have stayed in the second-level cache.</summary>
    public const int NearBytes = 256 << 10;

    public ref float A, B, Init, C;

    public int Rows, Runs, RunLength;

    public nint ARow, AStep, ARunSkip;

    /// <summary>Columns in blocks of <see cref="Block.Size"/> floats: how many there are, and how many lie in one panel.</summary>
    public int Vectors, PanelWidth;

    /// <summary>Blocks of units in one panel: as many as it has vectors, or fewer if a block has a vector for each gate.</summary>
    public int BlocksOfPanel;

    /// <summary>
    /// Terms of a section of the sums, whole runs of them if there are several, and no more than a sweep over many rows takes: each section is summed apart, and its sums are added
    /// in their order. 0: one sum.
    /// </summary>
    public int Section;

    /// <summary>Whether the sums are added to C, whose vectors then lie side by side, rather than written to it.</summary>
    public bool IsAdded;

    /// <summary>Vectors of a group, which one tile takes: the gates of a block; 0 for a whole panel.</summary>
    public int GroupWidth;

    /// <summary>
    /// Whether panels are swept from the last to the first. A loop over time that turns around at every step finds the end of its
    /// last sweep still in a near cache, where one that always starts anew would have evicted it.
    /// </summary>
    public bool Backwards;

    /// <summary>Whether C is so large, or was left so long ago, that it comes from a far cache: then each tile asks for the lines of the next.</summary>
    public bool IsFar;

    /// <summary>Whether the panels were read a step ago and are in no far cache, however many they are: <see cref="NextLines"/> are not asked for then.</summary>
    public bool PanelsAreNear;

    /// <summary>
    /// Bytes from the panel that is read to the next, whose lines are asked for meanwhile (<see cref="NextLines"/>); 0 asks for none. Set panel by panel
    /// where panels are far; else it stays what it was: lines of something else that is needed next (<see cref="AskFor"/>).
    /// </summary>
    public nint NextPanel;

    /// <summary>Bytes from the lines that a tile asks for to those of the next tile; 0 if they follow each other as a panel's.</summary>
    public nint NextShare;

    /// <summary>Bytes from one k to the next within a panel, from one of its vectors to the next at the same k, and from one panel to the next.</summary>
    public nint BStep, BVector, BPanel;

    public nint InitRow, CRow, CVector, CGroup, CPanel;

    /// <summary>
    /// Asks for lines from here on, up to as many as all panels have, while these are multiplied, if they are near themselves. A panel's first tiles ask, one for each of its
    /// vectors, those of more than <see cref="NextLines.LowTile"/> rows.
    /// </summary>
    public void AskFor(ref float lines) => NextPanel = Unsafe.ByteOffset(ref B, ref lines);

    public void Run<V>() where V : struct, ILanes<V> => Gemm.Run<V>(ref this);

    /// <summary>Computes some blocks of C's columns alone: the others may be computed at the same time.</summary>
    public readonly void Run(Isa isa, BlockRange blocks)
    {
        // A range that begins inside a panel: what is left of that one, then whole panels.
        int inside = blocks.First % BlocksOfPanel, border = inside == 0 ? blocks.First : Math.Min(blocks.First + BlocksOfPanel - inside, blocks.End);
        if (!Backwards)
        {
            RunWithin(isa, new(blocks.First, border));
        }

        RunWithin(isa, new(border, blocks.End));
        if (Backwards)
        {
            RunWithin(isa, new(blocks.First, border));
        }
    }

    private readonly void RunWithin(Isa isa, BlockRange blocks)
    {
        if (blocks.Count > 0)
        {
            Product part = Within(blocks);
            isa.Run(ref part);
        }
    }

    /// <summary>Bytes from A's first term to another, the first of a run if there are several.</summary>
    public readonly nint ToTerm(int term) => term * AStep + (Runs == 1 ? 0 : term / RunLength * ARunSkip);

    /// <summary>The runs of some of the terms and their length: as <see cref="Terms"/> has them.</summary>
    public readonly (int Runs, int RunLength) RunsOf(int first, int most)
    {
        int count = Math.Min(most, Runs * RunLength - first);
        return Runs == 1 ? (1, count) : (count / RunLength, RunLength);
    }

    /// <summary>Some of the terms alone, whole runs of them if there are several: they go on from where those before left C, or, a section, are summed apart and added to it.</summary>
    /// <param name="first">How many come before.</param>
    /// <param name="most">As many, or what is left.</param>
    public readonly Product Terms(int first, int most)
    {
        Product part = this;
        (part.Runs, part.RunLength) = RunsOf(first, most);
        part.A = ref Tile.At(ref A, ToTerm(first));
        part.B = ref Tile.At(ref B, first * BStep);
        part.Section = 0;
        if (NextShare != 0)
        {
            part.NextPanel += first * (NextLines.Line - BStep); // each share goes on where it was, whatever B did
        }

        if (first > 0)
        {
            part.IsAdded = Section > 0;
            part.Init = ref part.IsAdded ? ref Zeros.Row(Vectors * Block.Size) : ref C;
            part.InitRow = part.IsAdded ? 0 : CRow;
        }

        return part;
    }

    /// <summary>The same for some blocks alone, which begin with a panel or lie in one.</summary>
    public readonly Product Within(BlockRange blocks)
    {
        Product part = this;
        int panel = blocks.First / BlocksOfPanel, inside = blocks.First % BlocksOfPanel;
        int vectors = PanelWidth / BlocksOfPanel;
        nint inC = panel * CPanel + inside * (vectors == GroupWidth ? CGroup : CVector);
        part.B = ref Tile.At(ref B, panel * BPanel + inside * vectors * BVector);
        part.Init = ref Tile.At(ref Init, inC);
        part.C = ref Tile.At(ref C, inC);
        part.Vectors = blocks.Count * vectors;
        part.PanelWidth = inside == 0 ? PanelWidth : part.Vectors;
        return part;
    }
}
