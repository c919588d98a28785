using System.Runtime.InteropServices;

namespace SpanRnn.Comparisons.Peers.OnnxRuntime;

/// <summary>64-byte aligned memory outside the heap, and ONNX Runtime's tensor over it.</summary>
internal sealed unsafe class OrtTensor : IDisposable
{
    private readonly float* _data;
    private readonly int _count;
    private bool _disposed;

    public OrtTensor(void* memoryInfo, params ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape) count *= size;
        _count = checked((int)count);
        _data = (float*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(float)), 64);
        Span.Clear();
        Handle = OrtApi.CreateTensor(memoryInfo, _data, shape);
    }

    public void* Handle { get; }

    public Span<float> Span => new(_data, _count);

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        OrtApi.ReleaseTensor(Handle);
        NativeMemory.AlignedFree(_data);
    }
}
