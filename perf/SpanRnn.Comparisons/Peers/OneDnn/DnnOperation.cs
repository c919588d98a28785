namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>What a primitive is to compute, written and read by oneDNN alone.</summary>
internal unsafe struct DnnOperation
{
    // 16 KiB: version 2's structure takes 15,344 bytes.
    private fixed long _words[2048];
}
