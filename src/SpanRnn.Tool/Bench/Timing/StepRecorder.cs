using System.Diagnostics;
using System.Runtime.CompilerServices;
using SpanRnn.Tool.Bench.Models;

namespace SpanRnn.Tool.Bench.Timing;

/// <summary>The measured loops: a step, a reading of the clock, a store; nothing is allocated. All durations are in the clock's ticks.</summary>
/// <remarks>They are compiled at once, so that no reading falls into a slower version.</remarks>
internal static class StepRecorder
{
    private const MethodImplOptions AtOnce = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>Steps, with one reading after each: what lies between two readings is a step and the clock itself.</summary>
    [MethodImpl(AtOnce)]
    public static void Singles(Stepped work, Span<uint> ticks)
    {
        long before = Stopwatch.GetTimestamp();
        for (int i = 0; i < ticks.Length; i++)
        {
            work.Step();
            long now = Stopwatch.GetTimestamp();
            ticks[i] = (uint)Math.Min(now - before, uint.MaxValue);
            before = now;
        }
    }

    /// <summary>Blocks of steps, with one reading after each block.</summary>
    [MethodImpl(AtOnce)]
    public static void Blocks(Stepped work, int steps, Span<uint> ticks)
    {
        long before = Stopwatch.GetTimestamp();
        for (int i = 0; i < ticks.Length; i++)
        {
            for (int step = 0; step < steps; step++)
            {
                work.Step();
            }

            long now = Stopwatch.GetTimestamp();
            ticks[i] = (uint)Math.Min(now - before, uint.MaxValue);
            before = now;
        }
    }

    /// <summary>So many steps between two readings.</summary>
    [MethodImpl(AtOnce)]
    public static long Run(Stepped work, int steps)
    {
        long start = Stopwatch.GetTimestamp();
        for (int step = 0; step < steps; step++)
        {
            work.Step();
        }

        return Stopwatch.GetTimestamp() - start;
    }
}
