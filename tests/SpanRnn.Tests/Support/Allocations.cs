namespace SpanRnn.Tests.Support;

/// <summary>Managed bytes that an action allocates on this thread.</summary>
internal static class Allocations
{
    public static long Of(Action action)
    {
        action(); // once to compile it and to grow what grows once
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        long after = GC.GetAllocatedBytesForCurrentThread();
        return after - before;
    }
}
