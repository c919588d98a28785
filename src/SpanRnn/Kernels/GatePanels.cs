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
        _memory = Slab.Rent((long)panels * depth * _width * Block.Size);
        _isFar = FarLines.IsSupported && _memory.Length >= Block.FarFloats;
    }

    /// <summary>Blocks of units whose weights lie in one panel: enough sums for one row to hide an addition's latency.</summary>
    public int BlocksOfPanel { get; }

    /// <summary>Floats of a panel.</summary>
    public long PanelFloats => (long)_depth * _width * Block.Size;

    /// <summary>Takes over changed weights: [gates x H] rows, <paramref name="stride"/> floats apart.</summary>
    public void Pack(ReadOnlySpan<float> weights, int stride) => Pack(weights, stride, new(0, _blocks));

    /// <summary>The same of some blocks of units alone. Those of one panel come together, whose lines are neighbours where vectors are wide.</summary>
    public void Pack(ReadOnlySpan<float> weights, int stride, BlockRange range)
    {
        for (int first = range.First, end; first < range.End; first = end)
        {
            end = Math.Min(first - first % BlocksOfPanel + BlocksOfPanel, range.End);
            if (end * Block.Size > _units && end - first > 1)
            {
                end--; // squares need whole blocks: what is less comes alone
            }

            PackBlocks(weights, stride, new(first, end), ref _memory.Origin, 0, _isFar);
        }

        if (_isFar)
        {
            FarLines.Complete();
        }
    }

    /// <summary>
    /// Blocks of units of one panel: each row of weights becomes a column. Squares first, those of all blocks and gates before the next, so that neighbouring lines are
    /// written after each other.
    /// </summary>
    /// <param name="weights">Rows.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="blocks">Which.</param>
    /// <param name="panels">Where they go.</param>
    /// <param name="first">The first float of all panels that goes there.</param>
    /// <param name="isFar">Whether they are written past the caches.</param>
    [MethodImpl(Hot.Loop)]
    private void PackBlocks(ReadOnlySpan<float> weights, int stride, BlockRange blocks, ref float panels, nint first, bool isFar)
    {
        int step = _together * Block.Size, done = 0;
        ref float rows = ref MemoryMarshal.GetReference(weights);
        for (; blocks.End * Block.Size <= _units && done + Transpose.LargeSize <= _depth; done += Transpose.LargeSize)
        {
            for (int block = blocks.First; block < blocks.End; block++)
            {
                for (int gate = 0; gate < _gates.Length; gate++)
                {
                    ref float square = ref Unsafe.Add(ref rows, (nint)FirstRow(gate, block) * stride + done);
                    ref float lines = ref Unsafe.Add(ref panels, PlaceOf(gate, block) - first + (nint)done * step);
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
            int lanes = Math.Min(Block.Size, _units - block * Block.Size);
            for (int gate = 0; gate < _gates.Length; gate++)
            {
                ReadOnlySpan<float> own = weights.Slice(FirstRow(gate, block) * stride, lanes * stride);
                ref float panel = ref Unsafe.Add(ref panels, PlaceOf(gate, block) - first);
                for (int k = done; k < _depth; k++)
                {
                    for (int lane = 0; lane < lanes; lane++)
                    {
                        Unsafe.Add(ref panel, k * step + lane) = own[lane * stride + k];
                    }
                }
            }
        }
    }

    /// <summary>The row of the weights that holds the first unit of a block.</summary>
    private int FirstRow(int gate, int block) => _gates[gate] * _units + block * Block.Size;

    /// <summary>Where a block's vector of a gate begins, at k = 0.</summary>
    private nint PlaceOf(int gate, int block)
    {
        int vector = block * _gates.Length + gate;
        return (nint)(vector / _together * _depth * _together + vector % _together) * Block.Size;
    }

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
    /// <see cref="Multiply"/> straight from the weights, for those who use them once before they change: each panel is packed right before it is read, where the last one was, so
    /// that it stays near.
    /// </summary>
    /// <param name="weights">[gates x H] rows.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="near">Room for a panel: <see cref="PanelFloats"/>.</param>
    /// <param name="x">As <see cref="Multiply"/> has it, like the others.</param>
    /// <param name="xStride">Floats between rows of x.</param>
    /// <param name="rows">How many.</param>
    /// <param name="init">A row of pre-activations to start from.</param>
    /// <param name="initStride">Floats between rows of init.</param>
    /// <param name="a">The first row of the result.</param>
    public void MultiplyOnce(
        ReadOnlySpan<float> weights, int stride, Span<float> near, ref float x, int xStride, int rows, ref float init, int initStride, ref float a)
    {
        Product all = Product(ref x, xStride, rows, ref init, initStride, ref a);
        all.IsFar = rows * all.CRow > Kernels.Product.NearBytes;
        all.PanelsAreNear = true;
        int together = _gates.Length == 1 ? BlocksOfPanel : 1;
        for (int first = 0; first < _blocks; first += together)
        {
            var blocks = new BlockRange(first, Math.Min(first + together, _blocks));
            if (blocks.End * Block.Size > _units)
            {
                near.Clear(); // of the lanes beyond the last unit
            }

            nint panel = PlaceOf(0, first - first % BlocksOfPanel);
            ref float panels = ref MemoryMarshal.GetReference(near);
            for (int block = blocks.First; block < blocks.End; block++)
            {
                PackBlocks(weights, stride, new(block, block + 1), ref panels, panel, isFar: false);
            }

            Product product = all.Within(blocks);
            product.B = ref Unsafe.Add(ref panels, PlaceOf(0, first) - panel);
            if (blocks.End < _blocks && _isa.Lanes >= Block.Size)
            {
                // The rows of the next blocks come from memory: those of each gate, or of each block of a single gate, are a tile's share.
                ref float next = ref Unsafe.Add(ref MemoryMarshal.GetReference(weights), (nint)blocks.End * Block.Size * stride);
                product.NextPanel = Unsafe.ByteOffset(ref product.B, ref next);
                product.NextShare = (nint)(_gates.Length == 1 ? Block.Size : _units) * stride * sizeof(float);
            }

            _isa.Run(ref product);
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
}
