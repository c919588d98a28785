using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SpanRnn.Comparisons.Roofline;

/// <summary>Measures <see cref="Limits"/>. The best of several sweeps: a limit that a neighbour lowered would flatter everyone.</summary>
internal static unsafe class LimitMeter
{
    private const int Sweeps = 6;
    private const double TrySeconds = 0.01;
    private const long Smallest = 16 << 10, Largest = 256 << 20;

    // Somewhere for results to go, so that no kernel is optimized away.
    private static float s_sink;

    public static Limits Measure(int threads)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)Largest, 4096);
        try
        {
            NativeMemory.Fill(memory, (nuint)Largest, 0);
            long[] sizes = [.. Sizes()];
            double[] reads = new double[sizes.Length];
            double peak = 0;
            for (int sweep = 0; sweep < Sweeps; sweep++)
            {
                // Sweep by sweep, not size by size: a neighbour's busy second then spoils one try of each instead of every try of one.
                for (int s = 0; s < sizes.Length; s++)
                {
                    long size = sizes[s];
                    reads[s] = Math.Max(reads[s], Total(threads, thread => ReadSpeed(memory, size, threads, thread)));
                }

                peak = Math.Max(peak, Total(threads, _ => FmaSpeed()));
            }

            // What a larger set reaches, a smaller one can.
            for (int s = sizes.Length - 2; s >= 0; s--) reads[s] = Math.Max(reads[s], reads[s + 1]);
            return new Limits(peak, [.. sizes.Zip(reads)]);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    /// <summary>Two sizes per doubling, 16, 24, 32, 48 KiB, ...: caches do not end at powers of two.</summary>
    private static IEnumerable<long> Sizes()
    {
        for (long size = Smallest; size < Largest; size *= 2)
        {
            yield return size;
            yield return size / 2 * 3;
        }

        yield return Largest;
    }

    private static double Total(int threads, Func<int, double> speed)
    {
        if (threads == 1) return speed(0);
        double[] speeds = new double[threads];
        using var together = new Barrier(threads);
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            together.SignalAndWait();
            speeds[thread] = speed(thread);
        }))];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        return speeds.Sum();
    }

    private static double ReadSpeed(byte* memory, long size, int threads, int thread)
    {
        long part = size / threads / ReadKernel.Block * ReadKernel.Block;
        float* mine = (float*)(memory + (thread * part));
        long passes = Math.Max(1, (4 << 20) / part);
        return Repeat(() => s_sink += ReadKernel.Sum(mine, (nuint)part, passes), part * passes);
    }

    private static double FmaSpeed()
    {
        const long turns = 20_000;
        return Repeat(() => s_sink += FmaKernel.Run(turns), turns * FmaKernel.OperationsPerTurn);
    }

    /// <summary>Work per second; the first call is not counted, and a call is long enough for the clock not to count.</summary>
    private static double Repeat(Action call, long work)
    {
        call();
        long calls = 0;
        long start = Stopwatch.GetTimestamp();
        double seconds;
        do
        {
            call();
            calls++;
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (seconds < TrySeconds);
        return calls * work / seconds;
    }
}
