namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>Sizes and layout of a tensor, written and read by oneDNN alone.</summary>
internal unsafe struct DnnDescriptor
{
    // 1 KiB: version 2's structure takes 696 bytes.
    private fixed long _words[128];

    public static DnnDescriptor Of(DnnTag tag, params ReadOnlySpan<long> sizes)
    {
        DnnDescriptor descriptor = default;
        DnnApi.Describe(&descriptor, tag, sizes);
        return descriptor;
    }
}
