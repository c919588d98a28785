namespace SpanRnn.Kernels;

/// <summary>How blocks of units are grouped for steps: as many at once as it takes to hide an addition's latency.</summary>
internal static class StreamGroups
{
    /// <summary>Blocks in a group of a product with one gate: first as many eights as there are, then up to four each.</summary>
    public const int Plain = 8;

    /// <summary>The most blocks in a group.</summary>
    /// <remarks>
    /// Of a cell with gates two. But four sums of whole blocks read a near cache as fast as it can give: alone, a block's cell goes on while the next
    /// one's weights are read. Where there are two blocks in all, that gains less than two products at once.
    /// </remarks>
    public static int Most(int slots, int gates, int lanes, int bytesOfWeight, int blocks) =>
        slots == 1 ? Plain : gates == 4 && lanes == Block.Size && bytesOfWeight == sizeof(float) && blocks > 2 ? 1 : 2;

    public static int Count(int blocks, int most) => most < Plain ? (blocks + most - 1) / most : blocks / Plain + (blocks % Plain + 3) / 4;

    /// <summary>The first block of a group.</summary>
    public static int First(int group, int blocks, int most) => most < Plain ? most * group
        : group < blocks / Plain ? Plain * group
        : blocks / Plain * Plain + (group - blocks / Plain) * 4;

    /// <summary>How many blocks the group that starts at a block has.</summary>
    public static int Size(int first, int blocks, int most) =>
        Math.Min(most < Plain ? most : first % Plain == 0 && first + Plain <= blocks ? Plain : Plain / 2, blocks - first);
}
