using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;
using SpanRnn.Memory;

namespace SpanRnn.Kernels;

/// <summary>Weights packed for dx = W' da, the transpose of <see cref="GatePanels"/>'s product: the sum runs over gates and units.</summary>
/// <remarks>
/// The sum's order is that in which da lies in memory: block by block, slot by slot, lane by lane. That of an R which the second-level cache does not hold is cut into
/// sections, whose sums are added in their order: one row may then take them in any order, and begin with those that are still near, even where it reads no panels but the
/// weights' rows.
/// </remarks>
internal sealed class SlotPanels : IDisposable
{
    /// <summary>Floats of the largest matrix that is worth sections, 8 MiB: of a larger one little would still be near.</summary>
    public const int MostOfSections = 2 << 20;

    /// <summary>Floats of a matrix that has one sum, 1 MiB, and of a section, 512 KiB.</summary>
    private const int MostOfOne = 256 << 10, OfSection = 128 << 10;

    /// <summary>Terms of a section: so many that adding its sums matters little, and no more than a sweep over many rows takes.</summary>
    private const int LeastTerms = 256, MostTerms = 512;

    private readonly Isa _isa;
    private readonly int[] _gates;
    private readonly int _units, _columns, _slots, _firstSlot, _blocks, _width, _together, _ofSection; // the last: blocks
    private readonly Slab _memory;
    private readonly bool _isFar;

    /// <param name="isa">The width that reads them.</param>
    /// <param name="gates">Which blocks of H rows, in the order of their slots.</param>
    /// <param name="units">H.</param>
    /// <param name="depth">K.</param>
    /// <param name="slots">Vectors of each block in a row of da.</param>
    /// <param name="firstSlot">Where the first gate is.</param>
    /// <param name="isEveryStep">Whether the matrix is R or a part of it, which every step of time uses, so that sums have sections.</param>
    public SlotPanels(Isa isa, int[] gates, int units, int depth, int slots = 1, int firstSlot = 0, bool isEveryStep = false)
    {
        (_isa, _gates, _units, _slots, _firstSlot) = (isa, gates, units, slots, firstSlot);
        _blocks = Block.Count(units);
        _columns = Block.Count(depth);
        _width = Math.Min(4, _columns);
        _together = Block.VectorsTogether(isa, _width);
        int panels = (_columns + _width - 1) / _width, block = gates.Length * Block.Size * _columns * Block.Size;
        int terms = gates.Length * Block.Size;
        Floats = (long)_blocks * block;
        bool hasSections = isEveryStep && Floats is > MostOfOne and <= MostOfSections;
        _ofSection = hasSections ? Math.Clamp(OfSection / block, LeastTerms / terms, MostTerms / terms) : _blocks;
        _memory = Slab.RentUntouched((long)panels * Depth * _width * Block.Size); // who never goes back never packs them
        _isFar = FarLines.IsSupported && _memory.Length >= Block.FarFloats;
    }

    /// <summary>Floats of the matrix, rows and columns in whole blocks.</summary>
    public long Floats { get; }

    /// <summary>How many sums are added.</summary>
    public int Sections => (_blocks + _ofSection - 1) / _ofSection;

    private int Depth => _blocks * _gates.Length * Block.Size;

    /// <inheritdoc cref="GatePanels.Pack(ReadOnlySpan{float}, int)"/>
    public void Pack(ReadOnlySpan<float> weights, int stride) => Pack(weights, stride, new(0, _blocks));

    /// <inheritdoc cref="GatePanels.Pack(ReadOnlySpan{float}, int, BlockRange)"/>
    [MethodImpl(Hot.Loop)]
    public void Pack(ReadOnlySpan<float> weights, int stride, BlockRange range)
    {
        Span<float> panels = _memory.Span;
        int step = _together * Block.Size;
        for (int block = range.First; block < range.End; block++)
        {
            int lanes = Math.Min(Block.Size, _units - block * Block.Size);
            for (int column = 0; column < stride; column += step)
            {
                int width = Math.Min(step, stride - column);
                for (int gate = 0; gate < _gates.Length; gate++)
                {
                    ReadOnlySpan<float> rows = weights.Slice((_gates[gate] * _units + block * Block.Size) * stride, lanes * stride);
                    Span<float> lines = panels.Slice((column / step * Depth + (block * _gates.Length + gate) * Block.Size) * step, lanes * step);
                    for (int lane = 0; lane < lanes; lane++)
                    {
                        if (_isFar)
                        {
                            Lines.Copy<FarLines>(
                                ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), lane * stride + column),
                                ref Unsafe.Add(ref MemoryMarshal.GetReference(lines), lane * step), width);
                        }
                        else
                        {
                            rows.Slice(lane * stride + column, width).CopyTo(lines.Slice(lane * step, width));
                        }
                    }
                }
            }
        }

        if (_isFar)
        {
            FarLines.Complete();
        }
    }

    /// <summary>dx = init + da W, for rows of da.</summary>
    /// <param name="isa">The width; no wider than the panels were packed for is used.</param>
    /// <param name="da">The first row (slot 0), <see cref="Block.Apart"/> from the next.</param>
    /// <param name="rows">How many.</param>
    /// <param name="init">A row to start from, <paramref name="initStride"/> apart: 0 repeats it.</param>
    /// <param name="initStride">Floats between rows of init.</param>
    /// <param name="dx">The first row of the result; whole blocks are written.</param>
    /// <param name="dxStride">Floats between rows of dx.</param>
    /// <param name="backwards">Whether the last panel comes first: see <see cref="Product.Backwards"/>.</param>
    public void Multiply(Isa isa, ref float da, int rows, ref float init, int initStride, ref float dx, int dxStride, bool backwards = false)
    {
        Product product = Product(ref da, rows, ref init, initStride, ref dx, dxStride);
        product.Backwards = backwards;
        product.IsFar = rows * product.CRow > Kernels.Product.NearBytes;
        isa.AtMost(_isa).Run(ref product);
    }

    /// <summary>dx += W' da of one row, straight from the weights.</summary>
    /// <param name="weights">[gates x H] rows.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="da">The row (slot 0).</param>
    /// <param name="dx">The result; whole blocks are written.</param>
    /// <param name="sums">Room for a row of dx of each section but the first.</param>
    /// <param name="backwards">Whether the last section comes first.</param>
    public void AddFromRows(ReadOnlySpan<float> weights, int stride, ref float da, ref float dx, Span<float> sums, bool backwards)
    {
        int sections = Sections, others = (sections - 1) * stride;
        sums[..others].Clear();
        var product = new TransposedRows
        {
            Weights = ref MemoryMarshal.GetReference(weights),
            DA = ref Unsafe.Add(ref da, _firstSlot * Block.Size),
            Gates = _gates,
            Units = _units,
            Slots = _slots,
            Length = stride,
        };
        for (int i = 0; i < sections; i++)
        {
            int section = backwards ? sections - 1 - i : i;
            product.DX = ref section == 0 ? ref dx : ref sums[(section - 1) * stride];
            product.Blocks = new(section * _ofSection, Math.Min((section + 1) * _ofSection, _blocks));
            _isa.Run(ref product);
        }

        for (int sum = 0; sum < others; sum += stride)
        {
            Rows.Add(ref sums[sum], 0, 1, ref dx, 0, stride);
        }
    }

    /// <summary>Floats of a panel of so many blocks of units alone.</summary>
    public int FloatsOf(int blocks) => blocks * _gates.Length * Block.Size * _width * Block.Size;

    /// <summary>
    /// The terms of some blocks of units alone, straight from the weights, for those who use them once before they change: each of their panels is packed right before it is read,
    /// where the last one was, so that it stays in the first-level cache.
    /// </summary>
    /// <param name="weights">[gates x H] rows.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="near">Room for a panel: <see cref="FloatsOf"/>.</param>
    /// <param name="blocks">Which.</param>
    /// <param name="da">As <see cref="Multiply"/> has it, like the others.</param>
    /// <param name="rows">How many.</param>
    /// <param name="init">A row to start from.</param>
    /// <param name="initStride">Floats between rows of init.</param>
    /// <param name="dx">The first row of the result.</param>
    /// <param name="dxStride">Floats between rows of dx.</param>
    public void MultiplyOnce(
        ReadOnlySpan<float> weights, int stride, Span<float> near, BlockRange blocks, ref float da, int rows, ref float init, int initStride, ref float dx,
        int dxStride)
    {
        const int slot = Block.Size * sizeof(float);
        int depth = blocks.Count * _gates.Length * Block.Size;
        Debug.Assert(near.Length >= FloatsOf(blocks.Count), "There is room for a panel.");
        Debug.Assert(Sections == 1, "Sums of some blocks alone have no sections.");
        Product product = Product(ref Unsafe.Add(ref da, blocks.First * _slots * Block.Size), rows, ref init, initStride, ref dx, dxStride);
        (product.Runs, product.RunLength) = product.Runs == 1 ? (1, depth) : (blocks.Count, product.RunLength);
        product.B = ref MemoryMarshal.GetReference(near);
        product.BVector = _together == _width ? slot : depth * slot;
        product.BPanel = 0; // all of them at the same place
        product.PanelsAreNear = true;
        for (int column = 0; column < _columns; column += _width)
        {
            var columns = new BlockRange(column, Math.Min(column + _width, _columns));
            PackAlone(weights, stride, near, blocks, columns);
            Product part = product.Within(columns);
            if (blocks.End < _blocks && _isa.Lanes >= Block.Size)
            {
                // The rows of the next blocks come from memory, gate by gate: each panel asks for as many lines of them as it has itself.
                int ofGate = blocks.Count * Block.Size * _columns, line = depth * column, row = line / ofGate * _units + blocks.End * Block.Size;
                ref float next = ref Unsafe.Add(ref MemoryMarshal.GetReference(weights), (nint)row * stride + line % ofGate * Block.Size);
                part.NextPanel = Unsafe.ByteOffset(ref part.B, ref next);
            }

            _isa.Run(ref part);
        }
    }

    /// <summary>One panel of some blocks as if there were no others: zeros for the lanes beyond the last unit.</summary>
    [MethodImpl(Hot.Loop)]
    private void PackAlone(ReadOnlySpan<float> weights, int stride, Span<float> near, BlockRange blocks, BlockRange columns)
    {
        int step = _together * Block.Size, length = columns.Count * Block.Size, depth = blocks.Count * _gates.Length * Block.Size;
        ref float to = ref MemoryMarshal.GetReference(near), rows = ref Unsafe.Add(ref MemoryMarshal.GetReference(weights), columns.Start);
        for (int block = blocks.First; block < blocks.End; block++)
        {
            int lanes = Math.Min(Block.Size, _units - block * Block.Size);
            foreach (int gate in _gates)
            {
                ref float row = ref Unsafe.Add(ref rows, (nint)(gate * _units + block * Block.Size) * stride);
                for (int lane = 0; lane < Block.Size; lane++)
                {
                    ref float from = ref lane < lanes ? ref row : ref Zeros.Row(length);
                    for (int column = 0; column < length; column += step)
                    {
                        Lines.Copy<NearLines>(ref Unsafe.Add(ref from, column), ref Unsafe.Add(ref to, column * depth), Math.Min(step, length - column));
                    }

                    row = ref Unsafe.Add(ref row, stride);
                    to = ref Unsafe.Add(ref to, step);
                }
            }
        }
    }

    /// <summary>The product of <see cref="Multiply"/>, not yet run.</summary>
    public Product Product(ref float da, int rows, ref float init, int initStride, ref float dx, int dxStride)
    {
        const int slot = Block.Size * sizeof(float);
        bool dense = _gates.Length == _slots;
        return new Product
        {
            A = ref Unsafe.Add(ref da, _firstSlot * Block.Size),
            ARow = Block.Apart(_blocks, _slots) * sizeof(float),
            AStep = sizeof(float),
            ARunSkip = (_slots - _gates.Length) * slot,
            Rows = rows,
            Runs = dense ? 1 : _blocks,
            RunLength = dense ? Depth : _gates.Length * Block.Size,
            Section = Sections > 1 ? _ofSection * _gates.Length * Block.Size : 0,
            B = ref _memory.Origin,
            BStep = _together * slot,
            BVector = _together == _width ? slot : Depth * slot,
            BPanel = (nint)Depth * _width * slot,
            Vectors = _columns,
            PanelWidth = _width,
            Init = ref init,
            InitRow = initStride * sizeof(float),
            C = ref dx,
            CRow = dxStride * sizeof(float),
            CVector = slot,
            CPanel = _width * slot,
            BlocksOfPanel = _width,
        };
    }

    public void Dispose() => _memory.Dispose();
}
