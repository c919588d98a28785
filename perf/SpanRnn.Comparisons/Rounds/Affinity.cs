using System.Runtime.InteropServices;

namespace SpanRnn.Comparisons.Rounds;

/// <summary>
/// Pins the calling thread (and the processes it starts from then on) to one CPU. Only this thread: the JIT's and the collector's
/// threads stay off that CPU, which is what a measurement wants.
/// </summary>
internal static unsafe partial class Affinity
{
    private const int Words = 16;   // 1024 CPUs

    /// <summary>Pins to the last allowed CPU (interrupts tend to land on the first) and returns its number, or null where it cannot.</summary>
    public static int? PinToOne()
    {
        if (!OperatingSystem.IsLinux()) return null;
        ulong* mask = stackalloc ulong[Words];
        if (GetAffinity(0, Words * sizeof(ulong), mask) < 0) return null;
        int last = -1;
        for (int cpu = 0; cpu < Words * 64; cpu++)
            if ((mask[cpu / 64] >> (cpu % 64) & 1) != 0) last = cpu;
        if (last < 0) return null;
        new Span<ulong>(mask, Words).Clear();
        mask[last / 64] = 1UL << (last % 64);
        return SetAffinity(0, Words * sizeof(ulong), mask) == 0 ? last : null;
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int pid, nuint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int pid, nuint size, ulong* mask);
}
