namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>A tensor whose memory the library takes, since it knows best how to align it. Zeros at first.</summary>
internal sealed unsafe class DnnMemory : IDisposable
{
    private readonly float* _data;
    private readonly int _count;
    private bool _disposed;

    public DnnMemory(DnnEngine engine, DnnDescriptor* descriptor)
    {
        Handle = DnnApi.CreateMemory(engine.Handle, descriptor, out _data);
        _count = checked((int)(DnnApi.Size(descriptor) / sizeof(float)));
        Span.Clear();
    }

    public static DnnMemory Of(DnnEngine engine, DnnTag tag, params ReadOnlySpan<long> sizes)
    {
        var descriptor = DnnDescriptor.Of(tag, sizes);
        return new DnnMemory(engine, &descriptor);
    }

    public void* Handle { get; }

    /// <summary>Belongs to this memory.</summary>
    public DnnDescriptor* Descriptor => DnnApi.DescriptorOf(Handle);

    /// <summary>All of it, with what a layout pads.</summary>
    public Span<float> Span => new(_data, _count);

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        DnnApi.DestroyMemory(Handle);
    }
}
