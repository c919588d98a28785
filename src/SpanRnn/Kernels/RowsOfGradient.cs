using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Some rows of a weight matrix's gradient, block by block of 16: dW = da' x, da a column of blocks at a time.</summary>
/// <remarks>
/// What the next columns of da and blocks of dW need comes from a far cache: it is asked for while this one is multiplied (no column after the last of blocks that are
/// computed alone: what follows is the caller's). Rows of da are set apart (<see cref="Block.Apart"/>), so that a column of them stays in the near caches; where it lies in more
/// pages than a processor keeps at hand, or many tiles read it, or low ones (of narrow vectors), it is copied first.
/// </remarks>
internal ref struct RowsOfGradient : IKernel
{
    /// <summary>Rows whose part of x stays in a near cache while all units sweep over it.</summary>
    public const int Chunk = 256;

    /// <summary>The same for vectors of a whole block: what two tiles after each other read of so many rows of x, a tile's width, stays in the first-level cache.</summary>
    private const int ShortChunk = 128;

    /// <summary>
    /// Where the second-level cache keeps up, so that fewer tiles begin and end: as many rows as have so many floats of x (512 KiB, half of that cache), but no more than leave a column
    /// of da in the first-level cache.
    /// </summary>
    private const int LongChunk = 512, MostOfX = 128 << 10;

    /// <summary>Vectors and rows of a tile: with 3 it can have 8.</summary>
    private const int Width = 3, Height = 8;

    /// <summary>Tiles beside each other in dW for which copying a column of da pays, and floats from one row of da to the next: a page for each row.</summary>
    private const int ManyTiles = 8, PageOfRow = 1024;

    public ref float DA, X;

    public GradientRows DW;

    public ReadOnlySpan<int> Gates;

    public int DAStride, Slots, FirstSlot, Units, XStride, Rows;

    /// <summary>Whether the second-level cache keeps up with multiply-adds, and the first holds <see cref="LongChunk"/> rows of a column.</summary>
    public bool TakesLongChunks;

    /// <summary>Which blocks of rows: numbered unit by unit, gate by gate.</summary>
    public int First, End;

    [SkipLocalsInit]
    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        bool copies = V.Width < Block.Size || DAStride >= PageOfRow || DW.Stride >= ManyTiles * Width * Block.Size;
        int most = V.Width < Block.Size ? Chunk : TakesLongChunks ? Math.Clamp(MostOfX / XStride, ShortChunk, LongChunk) : ShortChunk;
        Span<float> copy = stackalloc float[copies ? Math.Min(most, Rows) * Block.Size : 0];
        for (int start = 0; start == 0 || start < Rows; start += most)
        {
            int count = Math.Min(most, Rows - start), nextStart = start + count, nextCount = Math.Min(most, Rows - nextStart);
            for (int task = First; task < End; task++)
            {
                scoped ref float column = ref ColumnOf(task, start);
                int step = DAStride;
                if (copies)
                {
                    Copy<V>(ref column, count, ref MemoryMarshal.GetReference(copy));
                    column = ref MemoryMarshal.GetReference(copy);
                    step = Block.Size;
                }

                // After the last column of a chunk comes the first of the next one, if there is one.
                bool isLast = task + 1 == End, isAtEnd = nextCount <= 0;
                ref float next = ref isLast ? ref ColumnOf(First, nextCount > 0 ? nextStart : start) : ref ColumnOf(task + 1, start);
                Multiply<V>(task, start, count, ref column, step, ref next, isLast ? nextCount : count, isAtEnd);
            }
        }
    }

    /// <summary>The first of a column's blocks: one gate of 16 units.</summary>
    private readonly ref float ColumnOf(int task, int row) => ref Unsafe.Add(
        ref DA, (nint)row * DAStride + (task / Gates.Length * Slots + FirstSlot + task % Gates.Length) * Block.Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref float GradientOf(int task) => ref DW.Alone.Count > 0
        ? ref Unsafe.Add(ref DW.First, (nint)(task - DW.Alone.First) * Block.Size * DW.Stride)
        : ref Unsafe.Add(ref DW.First, ToRows(task));

    /// <summary>Floats from a matrix's first row to those of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly nint ToRows(int task) => (nint)(Gates[task % Gates.Length] * Units + task / Gates.Length * Block.Size) * DW.Stride;

    [MethodImpl(Hot.Loop)]
    private readonly void Copy<V>(ref float from, int rows, ref float to) where V : struct, ILanes<V>
    {
        for (int row = rows; row > 0; row--)
        {
            for (int lane = 0; lane < Block.Size; lane += V.Width)
            {
                V.Load(in Unsafe.Add(ref from, lane)).Store(ref Unsafe.Add(ref to, lane));
            }

            from = ref Unsafe.Add(ref from, DAStride);
            to = ref Unsafe.Add(ref to, Block.Size);
        }
    }

    /// <summary>One column's rows of dW, panel by panel of x, and meanwhile asks for the next column's blocks.</summary>
    private readonly void Multiply<V>(int task, int start, int count, ref float column, int step, ref float next, int nextCount, bool isAtEnd)
        where V : struct, ILanes<V>
    {
        const int block = Block.Size * sizeof(float);
        bool add = DW.Accumulate || start > 0;
        var product = new Product
        {
            ARow = sizeof(float),
            AStep = step * sizeof(float),
            Runs = 1,
            RunLength = count,
            BStep = XStride * sizeof(float),
            BVector = block,
            InitRow = add ? DW.Stride * sizeof(float) : 0,
            CRow = DW.Stride * sizeof(float),
            CVector = block,
        };
        ref float x = ref Unsafe.Add(ref X, (nint)start * XStride), dw = ref GradientOf(task);
        if (V.Width == Block.Size)
        {
            Tiles<V>(in product, task, add, ref column, ref x, ref dw, ref next, nextCount, isAtEnd);
        }
        else
        {
            Panels<V>(in product, task, add, ref column, ref x, ref dw, ref next, nextCount);
        }
    }

    /// <summary>
    /// By vectors of a whole block: the first tile asks for the next column, a block for each of its terms, the others for the next rows of dW, where these are far, or, in the last
    /// chunk of x, for what is read after. What a low tile would ask for is left to the processor.
    /// </summary>
    [MethodImpl(Hot.Loop)]
    private readonly void Tiles<V>(
        in Product product, int task, bool add, ref float column, ref float x, ref float dw, ref float next, int nextCount, bool isAtEnd)
        where V : struct, ILanes<V>
    {
        int rows = RowsOf(task), vectors = DW.Stride / Block.Size, tiles = (rows + Height - 1) / Height, height = (rows + tiles - 1) / tiles;
        bool isFar = DW.Alone.Count == 0 && task + 1 < End && (long)Units * Gates.Length * DW.Stride * sizeof(float) > Product.NearBytes;
        ref float nextRows = ref isFar ? ref GradientOf(task + 1) : ref dw;
        int lines = isFar ? RowsOf(task + 1) * vectors : 0, asked = 0;
        int ofEach = rows * vectors, after = isAtEnd ? DW.After.Count * ofEach : 0, askedAfter = 0;
        for (int at = 0; at < vectors; at += Width)
        {
            ref float b = ref Unsafe.Add(ref x, at * Block.Size);
            for (int row = 0; row < rows; row += height)
            {
                ref float a = ref Unsafe.Add(ref column, row), c = ref Unsafe.Add(ref dw, (nint)row * DW.Stride + at * Block.Size);
                ref float init = ref add ? ref c : ref Zeros.Row(DW.Stride);
                nint ask = 0, apart = 0;
                if (at == 0 && row == 0 && nextCount > 0)
                {
                    (ask, apart) = (Unsafe.ByteOffset(ref b, ref next), (nint)DAStride * sizeof(float));
                }
                else if (asked < lines)
                {
                    (ask, apart) = (Unsafe.ByteOffset(ref b, ref Unsafe.Add(ref nextRows, asked * Block.Size)), NextLines.Line);
                    asked += product.RunLength;
                }
                else if (askedAfter < after)
                {
                    int line = askedAfter % ofEach;
                    ref float from = ref Unsafe.Add(ref MemoryMarshal.GetReference(DW.After[askedAfter / ofEach]), ToRows(task) + line * Block.Size);
                    (ask, apart) = (Unsafe.ByteOffset(ref b, ref from), NextLines.Line);
                    askedAfter += Math.Min(product.RunLength, ofEach - line);
                }

                ref byte weights = ref Unsafe.As<float, byte>(ref b);
                int tall = Math.Min(height, rows - row), wide = Math.Min(Width, vectors - at);
                if (apart == 0)
                {
                    Gemm.Shape<V, Float32, NoLines>(in product, ref a, ref weights, ref init, ref c, product.CVector, tall, wide, default);
                }
                else
                {
                    Gemm.Shape<V, Float32, LinesApart>(in product, ref a, ref weights, ref init, ref c, product.CVector, tall, wide, new(ask, apart));
                }
            }
        }
    }

    /// <summary>By narrower vectors, whose tiles have no room for such questions: they are asked between panels.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void Panels<V>(
        in Product product, int task, bool add, ref float column, ref float x, ref float dw, ref float next, int nextCount) where V : struct, ILanes<V>
    {
        int rows = RowsOf(task), vectors = DW.Stride / Block.Size, panels = (vectors + Width - 1) / Width, done = 0;
        for (int panel = 0; panel < panels; panel++)
        {
            int at = panel * Width * Block.Size;
            if (add && panel + 1 < panels)
            {
                Gemm.Ask(ref Unsafe.Add(ref dw, at + Width * Block.Size), product.CRow, rows, product.CVector, Width);
            }

            int until = nextCount * (panel + 1) / panels;
            for (; done < until; done++)
            {
                Prefetch.Far(ref Unsafe.Add(ref next, (nint)done * DAStride));
            }

            ref float c = ref Unsafe.Add(ref dw, at);
            Gemm.Panel<V>(
                in product, ref column, ref Unsafe.Add(ref x, at), ref add ? ref c : ref Zeros.Row(DW.Stride), ref c, rows, Math.Min(Width, vectors - panel * Width));
        }
    }

    /// <summary>Rows of dW that a block has.</summary>
    private readonly int RowsOf(int task) => Math.Min(Block.Size, Units - task / Gates.Length * Block.Size);
}
