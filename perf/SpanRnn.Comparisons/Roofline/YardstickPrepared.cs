using System.Diagnostics;
using System.Runtime.InteropServices;
using SpanRnn.Comparisons.Contenders;

namespace SpanRnn.Comparisons.Roofline;

/// <summary>On every call the parts of a row one after another: memory of a part's size is read, or as many multiply-adds are done.</summary>
internal sealed unsafe class YardstickPrepared : IPrepared
{
    private readonly Part[] _parts;
    private float _sum;

    public YardstickPrepared(IEnumerable<RooflinePart> parts, Limits limits) =>
        _parts = [.. parts.Select(part => part.IsBoundByReads(limits) ? Reading(part) : new Part(null, 0, 0, 0, Turns(part)))];

    public float[] Check() => [];

    public double Run(int iterations)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < iterations; i++)
        {
            foreach (ref readonly Part part in _parts.AsSpan())
            {
                if (part.Turns > 0) _sum += FmaKernel.Run(part.Turns);
                if (part.Passes > 0) _sum += ReadKernel.Sum(part.Memory, part.Bytes, part.Passes);
                if (part.Rest > 0) _sum += ReadKernel.Sum(part.Memory, part.Rest, 1);
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        GC.KeepAlive(_sum);
        foreach (Part part in _parts) NativeMemory.AlignedFree(part.Memory);
    }

    private static Part Reading(RooflinePart part)
    {
        nuint bytes = Blocks(part.Set);
        float* memory = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Fill(memory, bytes, 0);
        return new Part(memory, bytes, part.Reads / part.Set, part.Reads % part.Set == 0 ? 0 : Blocks(part.Reads % part.Set), 0);
    }

    private static nuint Blocks(long bytes) => (nuint)((bytes + ReadKernel.Block - 1) / ReadKernel.Block * ReadKernel.Block);

    private static long Turns(RooflinePart part) => (long)Math.Ceiling(part.Operations / FmaKernel.OperationsPerTurn);

    /// <summary>So many passes over all of some memory and one over a rest, or turns of multiply-adds.</summary>
    private readonly struct Part(float* memory, nuint bytes, long passes, nuint rest, long turns)
    {
        public readonly float* Memory = memory;
        public readonly nuint Bytes = bytes, Rest = rest;
        public readonly long Passes = passes, Turns = turns;
    }
}
