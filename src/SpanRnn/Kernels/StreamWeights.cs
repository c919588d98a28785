using System.Runtime.CompilerServices;
using SpanRnn.Kernels.Weights;
using SpanRnn.Memory;

namespace SpanRnn.Kernels;

/// <summary>The weights of W x + R h packed for single steps, never to be changed: a step reads memory once, in order.</summary>
/// <remarks>
/// <para>A block is as many units as a vector has lanes. A group is two blocks of a cell with gates, or up to eight of a product with one,
/// so that enough sums are under way to hide an addition's latency. In a group: for each k of x the gates of W, then for each k of h the
/// gates of R; within those block by block.</para>
/// <para>The memory is the garbage collector's: whoever steps keeps it alive, and it ends with the last one.</para>
/// </remarks>
internal sealed class StreamWeights<TWeight> where TWeight : struct, IWeight
{
    private readonly Slab _memory;
    private readonly Slab? _scales;

    /// <param name="units">H, or outputs of a product with one gate.</param>
    /// <param name="slots">Vectors of pre-activation for each block.</param>
    /// <param name="lanes">Lanes of the vectors that will read it.</param>
    /// <param name="input">W.</param>
    /// <param name="state">R; of no depth if there is none.</param>
    /// <exception cref="ArgumentException">A weight is not finite, and the format needs it to be.</exception>
    public StreamWeights(int units, int slots, int lanes, StreamMatrix input, StreamMatrix state)
    {
        (Units, Slots, Lanes, Inputs, States) = (units, slots, lanes, input.Depth, state.Depth);
        Blocks = (units + lanes - 1) / lanes;
        BlocksOfGroup = StreamGroups.Most(slots, input.Gates.Length, lanes, TWeight.Bytes, Blocks);
        Groups = StreamGroups.Count(Blocks, BlocksOfGroup);
        long bytes = Blocks * ((long)input.Depth * input.Gates.Length + (long)state.Depth * state.Gates.Length) * lanes * TWeight.Bytes;
        _memory = Slab.RentForever((bytes + sizeof(float) - 1) / sizeof(float));
        _scales = TWeight.IsScaled ? Slab.RentForever(2L * slots * Block.Pad(units)) : null;
        Bytes = bytes + (_scales?.Bytes ?? 0);
        ref byte at = ref Origin;
        for (int block = 0; block < Blocks;)
        {
            int group = StreamGroups.Size(block, Blocks, BlocksOfGroup);
            at = ref Pack(input, block, group, ref Scales, ref at);
            at = ref Pack(state, block, group, ref TWeight.IsScaled ? ref Unsafe.Add(ref Scales, StateScales) : ref Scales, ref at);
            block += group;
        }
    }

    public int Units { get; }

    public int Slots { get; }

    public int Lanes { get; }

    public int Blocks { get; }

    /// <summary>The most blocks that a group has, and how many groups there are.</summary>
    public int BlocksOfGroup { get; }

    public int Groups { get; }

    public int Inputs { get; }

    public int States { get; }

    /// <summary>Bytes that a step reads.</summary>
    public long Bytes { get; }

    public ref byte Origin => ref Unsafe.As<float, byte>(ref _memory.Origin);

    /// <summary>
    /// Factors of the sums over x, [Slots x 16] for each block of 16 units, and <see cref="StateScales"/> floats later of those over h; nothing of
    /// weights without.
    /// </summary>
    public ref float Scales => ref _scales is null ? ref Unsafe.NullRef<float>() : ref _scales.Origin;

    public int StateScales => Slots * Block.Pad(Units);

    /// <summary>The product of one sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public StreamPanel<TWeight> Panel(ref float x, ref float h) => new()
    {
        Weights = ref Origin,
        Scales = ref TWeight.IsScaled ? ref Scales : ref Unsafe.NullRef<float>(),
        X = ref x,
        H = ref h,
        Inputs = Inputs,
        States = States,
        Blocks = Blocks,
        StateScales = TWeight.IsScaled ? StateScales : 0,
        BlocksOfGroup = BlocksOfGroup,
        End = Groups,
    };

    /// <summary>The product of many rows, for weights with one gate; what it starts from is not set.</summary>
    public StreamRowsProduct<TWeight> Rows(ref float x, int xStride, ref float y, int yStride, int count) => new()
    {
        Weights = ref Origin,
        Tiles = new() { X = ref x, XStride = xStride, Depth = Inputs, Gates = 1, Stride = yStride, Vector = Lanes },
        Zero = ref Zeros.Row(Block.Pad(Units)),
        Scales = ref Scales,
        Y = ref y,
        Rows = count,
        Blocks = Blocks,
    };

    private ref byte Pack(StreamMatrix matrix, int block, int group, ref float scales, ref byte at)
    {
        // A run is what one broadcast meets at a time: the gates of a block, or up to four blocks of one gate.
        int gates = matrix.Gates.Length, run = Slots > 1 ? gates : Math.Min(4, group);
        for (int k = 0; k < matrix.Depth; k++)
        {
            for (int vector = 0; vector < group * gates; vector++)
            {
                for (int lane = 0; lane < Lanes; lane++)
                {
                    int unit = (block + vector / gates) * Lanes + lane, gate = vector % gates;
                    if (unit < Units)
                    {
                        ReadOnlySpan<float> row = matrix.Row(gate, unit, Units);
                        int offset = vector / run * run * Lanes * TWeight.Bytes + TWeight.Offset<TWeight>(vector % run, run, lane, Lanes);
                        TWeight.Write(row[k], ScaleOf(matrix, gate, unit, row, k, ref scales), ref Unsafe.Add(ref at, offset));
                    }
                }
            }

            at = ref Unsafe.Add(ref at, group * gates * Lanes * TWeight.Bytes);
        }

        return ref at;
    }

    /// <summary>A row's scale, found once.</summary>
    private float ScaleOf(StreamMatrix matrix, int gate, int unit, ReadOnlySpan<float> row, int k, ref float scales)
    {
        if (!TWeight.IsScaled)
        {
            return 1f;
        }

        ref float scale = ref Unsafe.Add(ref scales, (unit / Block.Size * Slots + matrix.FirstSlot + gate) * Block.Size + unit % Block.Size);
        if (k == 0)
        {
            scale = TWeight.ScaleOf(row);
            if (!float.IsFinite(scale))
            {
                throw new ArgumentException($"{matrix.Name}: expected finite numbers, as this format needs, found one that is not, in a row of unit {unit}.");
            }
        }

        return scale;
    }
}
