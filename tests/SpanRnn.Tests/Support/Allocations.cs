namespace SpanRnn.Tests.Support;

/// <summary>Managed bytes that an action allocates on this thread.</summary>
/// <remarks>
/// A collection that another thread causes closes this thread's allocation buffer, and what was left of it then counts as allocated
/// (up to 8 KB). What an action allocates itself it allocates every time, so the least of a few runs is its own.
/// </remarks>
internal static class Allocations
{
    private const int Runs = 4;

    public static long Of(Action action)
    {
        action(); // to compile it and to grow what grows once
        long least = long.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            long after = GC.GetAllocatedBytesForCurrentThread();
            least = Math.Min(least, after - before);
        }

        return least;
    }
}
