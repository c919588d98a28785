using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SpanRnn.Lanes;

/// <summary>Asks for memory that will be needed soon; nothing changes but the time. Where a machine has no such instruction nothing is done.</summary>
internal static unsafe class Prefetch
{
    /// <summary>The cache line that holds a float, to the first-level cache. Of moving memory the address may be stale, which does no harm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Near(ref float line)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref line));
        }
    }

    /// <summary>The cache line that holds a float, to the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Far(ref float line)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(Unsafe.AsPointer(ref line));
        }
    }
}
