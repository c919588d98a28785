namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>The CPU, and the stream that work on it goes through in order.</summary>
internal sealed unsafe class DnnEngine : IDisposable
{
    public DnnEngine()
    {
        Handle = DnnApi.CreateEngine();
        Stream = DnnApi.CreateStream(Handle);
    }

    public void* Handle { get; }

    public void* Stream { get; }

    public void Wait() => DnnApi.Wait(Stream);

    /// <summary>Copies the numbers from one layout into another.</summary>
    public void Reorder(DnnMemory from, DnnMemory to)
    {
        using var reorder = DnnPrimitive.Reorder(this, from, to);
        reorder.Execute(this, [new(DnnSlot.From, from), new(DnnSlot.To, to)]);
        Wait();
    }

    public void Dispose() => DnnApi.DestroyEngine(Handle, Stream);
}
