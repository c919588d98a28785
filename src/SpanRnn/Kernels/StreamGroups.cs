namespace SpanRnn.Kernels;

/// <summary>How blocks of units are grouped for steps: as many at once as it takes to hide an addition's latency.</summary>
internal static class StreamGroups
{
    /// <summary>Blocks in a group of a cell with gates, and of a product with one gate: first as many eights as there are, then up to four each.</summary>
    public const int Gated = 2, Plain = 8;

    public static int Count(int blocks, int slots) => slots > 1 ? (blocks + Gated - 1) / Gated : blocks / Plain + (blocks % Plain + 3) / 4;

    /// <summary>The first block of a group.</summary>
    public static int First(int group, int blocks, int slots) => slots > 1 ? Gated * group
        : group < blocks / Plain ? Plain * group
        : blocks / Plain * Plain + (group - blocks / Plain) * 4;

    /// <summary>How many blocks the group that starts at a block has.</summary>
    public static int Size(int first, int blocks, int slots) =>
        Math.Min(slots > 1 ? Gated : first % Plain == 0 && first + Plain <= blocks ? Plain : Plain / 2, blocks - first);
}
