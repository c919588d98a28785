namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>Descriptors of what recurrent layers read and write. Cell states look like hidden states; final states may be left out.</summary>
internal readonly unsafe struct DnnTensors
{
    public required DnnDescriptor* X { get; init; }

    public required DnnDescriptor* State { get; init; }

    public required DnnDescriptor* W { get; init; }

    public required DnnDescriptor* R { get; init; }

    public required DnnDescriptor* B { get; init; }

    public required DnnDescriptor* Y { get; init; }

    public required DnnDescriptor* Final { get; init; }
}
