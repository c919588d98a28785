using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>A part of the update of a range of weights.</summary>
internal ref struct RangeUpdate : IPartedWork
{
    public IWeightUpdate Update;
    public int Start, Length;

    public readonly void Run(int part, int parts)
    {
        BlockRange range = BlockRange.Part(Length / Block.Size, part, parts);
        Update.Run(Start + range.Start, range.Count * Block.Size, gradient: Start + range.Start);
    }
}
