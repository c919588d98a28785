using System.Runtime.CompilerServices;

namespace SpanRnn.Kernels;

/// <summary>How methods with a hot loop are compiled.</summary>
internal static class Hot
{
    /// <summary>
    /// At once and apart. Tiered compilation would run a loop unoptimised at first, ten times slower, and later inline several such
    /// methods into one, which exceeds what the compiler keeps in registers: single vectors then pass through calls and memory.
    /// </summary>
    public const MethodImplOptions Loop = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;
}
