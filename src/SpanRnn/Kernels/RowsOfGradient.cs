using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Some rows of a weight matrix's gradient, block by block of 16: dW = da' x, da a column of blocks at a time.</summary>
/// <remarks>
/// Rows of da are set apart (<see cref="Block.Apart"/>), so that a column of them stays in the near caches. What the next column and the next tile
/// of dW need comes from a far one: it is asked for while this one is multiplied (not after the last of blocks that are computed alone: what follows is the caller's). Where many
/// tiles read a column, it is copied first, so that it lies in few pages: in wide rows of dW, and by narrow vectors, whose tiles are low.
/// </remarks>
internal ref struct RowsOfGradient : IKernel
{
    /// <summary>Rows whose part of x stays in a near cache while all units sweep over it.</summary>
    public const int Chunk = 256;

    /// <summary>Vectors of a tile: with 3 it can have 8 rows.</summary>
    private const int Width = 3;

    /// <summary>Tiles beside each other in dW for which copying a column of da pays.</summary>
    private const int ManyTiles = 8;

    public ref float DA, X;

    public GradientRows DW;

    public ReadOnlySpan<int> Gates;

    public int DAStride, Slots, FirstSlot, Units, XStride, Rows;

    /// <summary>Which blocks of rows: numbered unit by unit, gate by gate.</summary>
    public int First, End;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        bool copies = V.Width < Block.Size || DW.Stride >= ManyTiles * Width * Block.Size;
        Span<float> copy = stackalloc float[copies ? Math.Min(Chunk, Rows) * Block.Size : 0];
        for (int start = 0; start == 0 || start < Rows; start += Chunk)
        {
            int count = Math.Min(Chunk, Rows - start), nextStart = start + count, nextCount = Math.Min(Chunk, Rows - nextStart);
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
                bool isLast = task + 1 == End;
                ref float next = ref isLast ? ref ColumnOf(First, nextCount > 0 ? nextStart : start) : ref ColumnOf(task + 1, start);
                Multiply<V>(task, start, count, ref column, step, ref next, isLast ? nextCount : count);
            }
        }
    }

    /// <summary>The first of a column's blocks: one gate of 16 units.</summary>
    private readonly ref float ColumnOf(int task, int row) => ref Unsafe.Add(
        ref DA, (nint)row * DAStride + (task / Gates.Length * Slots + FirstSlot + task % Gates.Length) * Block.Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref float GradientOf(int task) => ref DW.Alone.Count > 0
        ? ref Unsafe.Add(ref DW.First, (nint)(task - DW.Alone.First) * Block.Size * DW.Stride)
        : ref Unsafe.Add(ref DW.First, (nint)(Gates[task % Gates.Length] * Units + task / Gates.Length * Block.Size) * DW.Stride);

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

    /// <summary>One column's rows of dW, tile by tile, and meanwhile asks for the next column's blocks.</summary>
    [MethodImpl(Hot.Loop)]
    private readonly void Multiply<V>(int task, int start, int count, ref float column, int step, ref float next, int nextCount) where V : struct, ILanes<V>
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
        int rows = Math.Min(Block.Size, Units - task / Gates.Length * Block.Size), vectors = DW.Stride / Block.Size;
        int panels = (vectors + Width - 1) / Width, done = 0;
        ref float x = ref Unsafe.Add(ref X, (nint)start * XStride);
        ref float dw = ref GradientOf(task);
        for (int panel = 0; panel < panels; panel++)
        {
            int at = panel * Width * Block.Size;
            if (add && panel + 1 < panels)
            {
                Gemm.Ask(ref Unsafe.Add(ref dw, at + Width * Block.Size), product.CRow, rows, block, Width);
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
}
