using System.Diagnostics;
using System.Runtime.InteropServices;
using SpanRnn.Comparisons.Contenders;

namespace SpanRnn.Comparisons.Roofline;

/// <summary>Memory of a given size, read on every call.</summary>
internal sealed unsafe class ReadPrepared : IPrepared
{
    private readonly nuint _bytes;
    private readonly float* _memory;
    private float _sum;

    public ReadPrepared(long bytes)
    {
        _bytes = (nuint)((bytes + ReadKernel.Block - 1) / ReadKernel.Block * ReadKernel.Block);
        _memory = (float*)NativeMemory.AlignedAlloc(_bytes, 64);
        NativeMemory.Fill(_memory, _bytes, 0);
    }

    public float[] Check() => [];

    public double Run(int iterations)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < iterations; i++) _sum += ReadKernel.Sum(_memory, _bytes, 1);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        GC.KeepAlive(_sum);
        NativeMemory.AlignedFree(_memory);
    }
}
