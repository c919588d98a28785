using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SpanRnn.Comparisons.Roofline;

/// <summary>Measures <see cref="Limits"/>. The best of several tries: a limit that a neighbour lowered would flatter everyone.</summary>
internal static unsafe class LimitMeter
{
    private const int Tries = 5;
    private const double TrySeconds = 0.02;
    private const long Smallest = 16 << 10, Largest = 256 << 20;

    // Somewhere for results to go, so that no kernel is optimized away.
    private static float s_sink;

    public static Limits Measure(int threads)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)Largest, 4096);
        try
        {
            NativeMemory.Fill(memory, (nuint)Largest, 0);
            List<(long, double)> reads = [];
            // Two sizes per doubling: caches do not end at powers of two.
            for (long size = Smallest; ; size *= 2)
            {
                reads.Add((size, Best(threads, thread => ReadSpeed(memory, size, threads, thread))));
                if (size == Largest) break;
                long between = size / 2 * 3;
                reads.Add((between, Best(threads, thread => ReadSpeed(memory, between, threads, thread))));
            }

            return new Limits(Best(threads, _ => FmaSpeed()), reads);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static double Best(int threads, Func<int, double> speed) => Enumerable.Range(0, Tries).Max(_ => Total(threads, speed));

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
        return Repeat(() => s_sink += ReadKernel.Sum(mine, (nuint)part), part);
    }

    private static double FmaSpeed()
    {
        const long turns = 20_000;
        return Repeat(() => s_sink += FmaKernel.Run(turns), turns * FmaKernel.OperationsPerTurn);
    }

    /// <summary>Work per second; the first call is not counted, and the clock is read rarely enough not to count.</summary>
    private static double Repeat(Action call, long work)
    {
        call();
        long inner = Math.Max(1, (1 << 20) / work), calls = 0;
        long start = Stopwatch.GetTimestamp();
        double seconds;
        do
        {
            for (long i = 0; i < inner; i++) call();
            calls += inner;
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (seconds < TrySeconds);
        return calls * work / seconds;
    }
}
