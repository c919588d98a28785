using SpanRnn.Cells;
using SpanRnn.Memory;

namespace SpanRnn.Kernels;

/// <summary>One layer's weights packed for a single step: [bias | W | R] of a group of units together, so that a step reads memory once, in order.</summary>
/// <remarks>
/// A block is as many units as a vector has lanes. A group is two blocks of a cell with gates, or up to eight of a cell with one,
/// so that enough sums are under way to hide an addition's latency. In a group: the bias of each slot, then for each k of x the gates
/// of W, then for each k of h the gates of R; within those block by block.
/// </remarks>
internal sealed class StreamWeights : IDisposable
{
    /// <summary>Vectors a group may hold sums for.</summary>
    public const int PlainGroup = 8, GatedGroup = 2;

    private readonly CellShape _shape;
    private readonly int _units, _inputs, _states;
    private readonly Slab _memory;

    /// <param name="shape">The cell's.</param>
    /// <param name="units">H.</param>
    /// <param name="inputs">I.</param>
    /// <param name="lanes">Lanes of the vectors that will read it.</param>
    public StreamWeights(CellShape shape, int units, int inputs, int lanes)
    {
        (_shape, _units, _inputs, _states, Lanes) = (shape, units, inputs, units, lanes);
        Blocks = (units + lanes - 1) / lanes;
        long perBlock = shape.Slots + (long)inputs * shape.Input.Gates.Length + (long)_states * shape.Recurrent.Gates.Length;
        _memory = Slab.Rent(Blocks * perBlock * lanes);
    }

    public int Lanes { get; }

    public int Blocks { get; }

    public ref float Origin => ref _memory.Origin;

    /// <summary>How many blocks the group that starts at a block has.</summary>
    public static int GroupAt(int block, int blocks, int slots) => slots > 1
        ? Math.Min(GatedGroup, blocks - block)
        : blocks - block >= PlainGroup ? PlainGroup : Math.Min(PlainGroup / 2, blocks - block);

    /// <summary>Takes over changed weights; <paramref name="bias"/> is laid out in slots of <see cref="Block.Size"/> units.</summary>
    public void Pack(ReadOnlySpan<float> w, int wStride, ReadOnlySpan<float> r, int rStride, ReadOnlySpan<float> bias)
    {
        int at = 0;
        for (int block = 0; block < Blocks;)
        {
            int group = GroupAt(block, Blocks, _shape.Slots);
            for (int member = 0; member < group; member++)
            {
                for (int slot = 0; slot < _shape.Slots; slot++)
                {
                    for (int lane = 0; lane < Lanes; lane++, at++)
                    {
                        int unit = (block + member) * Lanes + lane;
                        _memory.Span[at] = unit < _units ? bias[(unit / Block.Size * _shape.Slots + slot) * Block.Size + unit % Block.Size] : 0f;
                    }
                }
            }

            at = PackMatrix(w, wStride, _inputs, _shape.Input.Gates, block, group, at);
            at = PackMatrix(r, rStride, _states, _shape.Recurrent.Gates, block, group, at);
            block += group;
        }
    }

    public void Dispose() => _memory.Dispose();

    private int PackMatrix(ReadOnlySpan<float> matrix, int stride, int depth, int[] gates, int block, int group, int at)
    {
        Span<float> memory = _memory.Span;
        for (int k = 0; k < depth; k++)
        {
            for (int member = 0; member < group; member++)
            {
                foreach (int gate in gates)
                {
                    for (int lane = 0; lane < Lanes; lane++, at++)
                    {
                        int unit = (block + member) * Lanes + lane;
                        memory[at] = unit < _units ? matrix[(gate * _units + unit) * stride + k] : 0f;
                    }
                }
            }
        }

        return at;
    }
}
