using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;
using SpanRnn.Memory;

namespace SpanRnn.Kernels;

/// <summary>Weights packed for a = W x: k-major panels of the gates of a block of units.</summary>
/// <remarks>
/// <para>A weight matrix has G blocks of H rows (gates) and K columns. The panel of a block of 16 units holds, for each k, the 16
/// weights of each gate: one broadcast of x[k] feeds them all. With two or three gates a panel has two blocks, with one up to four.</para>
/// <para>Vectors of 16 lanes find a panel's gates side by side. Narrower ones, whose tiles have room for one gate, find each gate apart: a
/// tile reads 64 bytes for each k, and side by side would leave the rest of every line's neighbours, and so most sets of the first-level cache, unused.</para>
/// <para>The product's rows are pre-activations of Slots x 16 floats a block; the gates go to slots from the first on.</para>
/// </remarks>
internal sealed class GatePanels : IDisposable
{
    /// <summary>Terms of a panel's part that is packed right before it is read: 32 KiB of four vectors.</summary>
    private const int NearTerms = 128;

    private readonly Isa _isa;
    private readonly int[] _gates;
    private readonly int _units, _depth, _slots, _firstSlot, _blocks, _width, _together;
    private readonly Slab _memory;
    private readonly bool _isFar;

    /// <param name="isa">The width that reads them.</param>
    /// <param name="gates">Which blocks of H rows, in the order of their slots.</param>
    /// <param name="units">H.</param>
    /// <param name="depth">K.</param>
    /// <param name="slots">Vectors of each block in a row of the result.</param>
    /// <param name="firstSlot">Where the first gate goes.</param>
    public GatePanels(Isa isa, int[] gates, int units, int depth, int slots = 1, int firstSlot = 0)
    {
        (_isa, _gates, _units, _depth, _slots, _firstSlot) = (isa, gates, units, depth, slots, firstSlot);
        _blocks = Block.Count(units);
        BlocksOfPanel = Math.Min(_blocks, gates.Length switch { 1 => 4, 2 or 3 => 2, _ => 1 });
        _width = BlocksOfPanel * gates.Length;
        _together = Block.VectorsTogether(isa, _width);
        int panels = (_blocks + BlocksOfPanel - 1) / BlocksOfPanel;
        _memory = Slab.RentUntouched((long)panels * depth * _width * Block.Size); // who packs them elsewhere, or does without, never packs these
        _isFar = FarLines.IsSupported && _memory.Length >= Block.FarFloats;
    }

    /// <summary>Blocks of units whose weights lie in one panel: enough sums for one row to hide an addition's latency.</summary>
    public int BlocksOfPanel { get; }

    /// <summary>Floats of all panels.</summary>
    public int Floats => _memory.Length;

    /// <summary>Floats of a part of a panel that <see cref="MultiplyOnce"/> packs.</summary>
    public int NearFloats => Math.Min(NearTerms, _depth) * BlocksOnce * _gates.Length * Block.Size;

    /// <summary>Blocks that it takes together.</summary>
    private int BlocksOnce => _gates.Length == 1 ? BlocksOfPanel : 1;

    private PanelPlaces Places => new(0, _together, _depth);

    /// <summary>Takes over changed weights: [gates x H] rows, <paramref name="stride"/> floats apart.</summary>
    public void Pack(ReadOnlySpan<float> weights, int stride) => Pack(weights, stride, new(0, _blocks));

    /// <summary>The same of some blocks of units alone. Those of one panel come together, whose lines are neighbours where vectors are wide.</summary>
    public void Pack(ReadOnlySpan<float> weights, int stride, BlockRange range)
    {
        Pack(weights, stride, range, ref _memory.Origin, _isFar, asksForNext: false);
        if (_isFar)
        {
            FarLines.Complete();
        }
    }

    /// <summary>All panels at another place, where they are read soon: as many floats as these have.</summary>
    /// <remarks>Rows come from memory, more of them at once than a processor follows by itself: those of the next panel are asked for.</remarks>
    public void PackInto(Span<float> panels, ReadOnlySpan<float> weights, int stride)
    {
        Debug.Assert(panels.Length >= Floats, "There is room for all panels.");
        Pack(weights, stride, new(0, _blocks), ref MemoryMarshal.GetReference(panels), isFar: false, asksForNext: true);
    }

    private void Pack(ReadOnlySpan<float> weights, int stride, BlockRange range, ref float panels, bool isFar, bool asksForNext)
    {
        for (int first = range.First, end; first < range.End; first = end)
        {
            end = Math.Min(first - first % BlocksOfPanel + BlocksOfPanel, range.End);
            bool isFollowed = asksForNext && end + (end - first) <= range.End && end * Block.Size <= _units;
            PackBlocks(weights, stride, new(first, end), ref panels, Places, isFar, isFollowed ? (end - first) * Block.Size * stride : 0);
        }
    }

    /// <summary>
    /// Blocks of units of one panel: each row of weights becomes a column. Squares, those of all blocks and gates before the next, so that neighbouring lines are
    /// written after each other; what squares do not cover after them, with zeros for the lanes beyond the last unit.
    /// </summary>
    /// <param name="weights">Rows, from the first term on.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="blocks">Which.</param>
    /// <param name="panels">Where they go.</param>
    /// <param name="places">And how many terms.</param>
    /// <param name="isFar">Whether they are written past the caches.</param>
    /// <param name="next">Floats to rows that are asked for meanwhile; 0 for none.</param>
    [MethodImpl(Hot.Loop)]
    private void PackBlocks(ReadOnlySpan<float> weights, int stride, BlockRange blocks, ref float panels, PanelPlaces places, bool isFar, int next)
    {
        int whole = Math.Min(blocks.End, _units / Block.Size), step = places.Step, squares = places.Terms - places.Terms % Transpose.LargeSize;
        ref float rows = ref MemoryMarshal.GetReference(weights);
        for (int k = 0; k < squares; k += Transpose.LargeSize)
        {
            for (int block = blocks.First; block < whole; block++)
            {
                for (int gate = 0; gate < _gates.Length; gate++)
                {
                    ref float square = ref Unsafe.Add(ref rows, (nint)FirstRow(gate, block) * stride + k);
                    ref float lines = ref Unsafe.Add(ref panels, places.Of(block * _gates.Length + gate) + (nint)k * step);
                    if (next != 0)
                    {
                        Ask(ref Unsafe.Add(ref square, next), stride);
                    }

                    if (isFar)
                    {
                        Transpose.LargeSquare<FarLines>(ref square, stride, ref lines, step);
                    }
                    else
                    {
                        Transpose.LargeSquare<NearLines>(ref square, stride, ref lines, step);
                    }
                }
            }
        }

        for (int block = blocks.First; block < blocks.End; block++)
        {
            int first = block < whole ? squares : 0, lanes = Math.Min(Block.Size, _units - block * Block.Size);
            for (int gate = 0; gate < _gates.Length && first < places.Terms; gate++)
            {
                ref float own = ref Unsafe.Add(ref rows, (nint)FirstRow(gate, block) * stride + first);
                ref float lines = ref Unsafe.Add(ref panels, places.Of(block * _gates.Length + gate) + (nint)first * step);
                RowTranspose.Run(ref own, stride, lanes, places.Terms - first, ref lines, step);
            }
        }
    }

    /// <summary>Asks for a square of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(ref float rows, int stride)
    {
        for (int row = 0; row < Transpose.LargeSize; row++)
        {
            Prefetch.Far(ref rows);
            rows = ref Unsafe.Add(ref rows, stride);
        }
    }

    /// <summary>The row of the weights that holds the first unit of a block.</summary>
    private int FirstRow(int gate, int block) => _gates[gate] * _units + block * Block.Size;

    /// <summary>a = init + x W', for rows of x.</summary>
    /// <param name="isa">The width; no wider than the panels were packed for is used.</param>
    /// <param name="x">The first row, <paramref name="xStride"/> floats apart; only K columns are read.</param>
    /// <param name="xStride">Floats between rows of x.</param>
    /// <param name="rows">How many.</param>
    /// <param name="init">A row of pre-activations to start from (slot 0), <paramref name="initStride"/> apart: 0 for a bias.</param>
    /// <param name="initStride">Floats between rows of init.</param>
    /// <param name="a">The first row of the result (slot 0), <see cref="Block.Apart"/> from the next.</param>
    /// <param name="backwards">Whether the last panel comes first: see <see cref="Product.Backwards"/>.</param>
    public void Multiply(Isa isa, ref float x, int xStride, int rows, ref float init, int initStride, ref float a, bool backwards = false)
    {
        Product product = Product(ref x, xStride, rows, ref init, initStride, ref a);
        product.Backwards = backwards;
        product.IsFar = rows * product.CRow > Kernels.Product.NearBytes;
        isa.AtMost(_isa).Run(ref product);
    }

    /// <summary>
    /// <see cref="Multiply"/> straight from the weights, for those who use them once before they change: a part of a panel is packed right before it is read, where the last one
    /// was, so that it stays in the first-level cache. Sums go on from part to part where the last one left them, in the same order.
    /// </summary>
    /// <param name="weights">[gates x H] rows.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="near">Room for a part: <see cref="NearFloats"/>.</param>
    /// <param name="x">As <see cref="Multiply"/> has it, like the others.</param>
    /// <param name="xStride">Floats between rows of x.</param>
    /// <param name="rows">How many.</param>
    /// <param name="init">A row of pre-activations to start from.</param>
    /// <param name="initStride">Floats between rows of init.</param>
    /// <param name="a">The first row of the result.</param>
    public void MultiplyOnce(
        ReadOnlySpan<float> weights, int stride, Span<float> near, ref float x, int xStride, int rows, ref float init, int initStride, ref float a)
    {
        const int slot = Block.Size * sizeof(float);
        Debug.Assert(near.Length >= NearFloats, "There is room for a part of a panel.");
        Product all = Product(ref x, xStride, rows, ref init, initStride, ref a);
        all.IsFar = rows * all.CRow > Kernels.Product.NearBytes;
        all.PanelsAreNear = true;
        ref float panel = ref MemoryMarshal.GetReference(near);
        for (int first = 0, together = BlocksOnce; first < _blocks; first += together)
        {
            var blocks = new BlockRange(first, Math.Min(first + together, _blocks));
            int vectors = blocks.Count * _gates.Length;
            Product product = all.Within(blocks);
            for (int term = 0; term < _depth; term += NearTerms)
            {
                var places = new PanelPlaces(first * _gates.Length, Block.VectorsTogether(_isa, vectors), Math.Min(NearTerms, _depth - term));
                PackBlocks(weights[term..], stride, blocks, ref panel, places, isFar: false, next: 0);
                Product part = product.Terms(term, NearTerms);
                part.B = ref panel;
                part.BStep = places.Step * sizeof(float);
                part.BVector = places.Together == vectors ? slot : places.Terms * slot;
                if (blocks.End < _blocks && _isa.Lanes >= Block.Size)
                {
                    // The rows of the next blocks come from memory: those of each gate, or of each block of a single gate, are a tile's share, of which each part asks for its own.
                    ref float next = ref Unsafe.Add(ref MemoryMarshal.GetReference(weights), (nint)blocks.End * Block.Size * stride + term * Block.Size);
                    part.NextPanel = Unsafe.ByteOffset(ref panel, ref next);
                    part.NextShare = (nint)(_gates.Length == 1 ? Block.Size : _units) * stride * sizeof(float);
                }

                _isa.Run(ref part);
            }
        }
    }

    /// <summary>The product of <see cref="Multiply"/>, not yet run.</summary>
    public Product Product(ref float x, int xStride, int rows, ref float init, int initStride, ref float a)
    {
        const int slot = Block.Size * sizeof(float);
        int block = _slots * slot;
        return new Product
        {
            A = ref x,
            ARow = xStride * sizeof(float),
            AStep = sizeof(float),
            Rows = rows,
            Runs = 1,
            RunLength = _depth,
            B = ref _memory.Origin,
            BStep = _together * slot,
            BVector = _together == _width ? slot : _depth * slot,
            BPanel = (nint)_depth * _width * slot,
            Vectors = _blocks * _gates.Length,
            PanelWidth = _width,
            BlocksOfPanel = BlocksOfPanel,
            Init = ref Unsafe.Add(ref init, _firstSlot * Block.Size),
            InitRow = initStride * sizeof(float),
            C = ref Unsafe.Add(ref a, _firstSlot * Block.Size),
            CRow = Block.Apart(_blocks, _slots) * sizeof(float),
            CVector = _gates.Length == 1 ? block : slot,
            GroupWidth = _gates.Length == 1 ? 0 : _gates.Length,
            CGroup = block,
            CPanel = BlocksOfPanel * block,
        };
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Where a panel's vectors lie: so many side by side for each of some terms, and then the next as many.</summary>
    /// <param name="First">The vector that comes first.</param>
    /// <param name="Together">How many lie side by side.</param>
    /// <param name="Terms">Of how many terms.</param>
    private readonly record struct PanelPlaces(int First, int Together, int Terms)
    {
        /// <summary>Floats from one term to the next.</summary>
        public int Step => Together * Block.Size;

        /// <summary>Floats to a vector's first term.</summary>
        public nint Of(int vector) => (nint)((vector - First) / Together * Terms * Together + (vector - First) % Together) * Block.Size;
    }
}
