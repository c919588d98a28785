using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpanRnn.Lanes;

/// <summary>How whole cache lines are written.</summary>
internal interface ILineStore
{
    static abstract void Store(Vector512<float> line, ref float destination);
}

/// <summary>Into the caches, to be read soon.</summary>
internal readonly struct NearLines : ILineStore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> line, ref float destination) => line.StoreUnsafe(ref destination);
}

/// <summary>
/// Past the caches: what is so large that it would be evicted before it is read is not read from memory first, and evicts nothing. Destinations are pinned
/// whole lines; other threads may read them after <see cref="Complete"/>.
/// </summary>
internal readonly struct FarLines : ILineStore
{
    /// <summary>Whether this machine writes a whole line at once.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Vector512<float> line, ref float destination) =>
        line.StoreAlignedNonTemporal((float*)Unsafe.AsPointer(ref destination));

    /// <summary>Copies whole lines.</summary>
    public static void Copy(ReadOnlySpan<float> source, ref float destination)
    {
        for (int i = 0; i < source.Length; i += Vector512<float>.Count)
        {
            Store(Vector512.Create(source.Slice(i, Vector512<float>.Count)), ref Unsafe.Add(ref destination, i));
        }
    }

    /// <summary>Stores past the caches have no order among others until this.</summary>
    public static void Complete()
    {
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
    }
}
