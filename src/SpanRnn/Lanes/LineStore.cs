using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpanRnn.Lanes;

/// <summary>How whole cache lines are written.</summary>
internal interface ILineStore
{
    static abstract void Store(Vector512<float> line, ref float destination);

    /// <summary>The same of a line in two halves.</summary>
    static abstract void Store(Vector256<float> first, Vector256<float> second, ref float destination);
}

/// <summary>Copies of whole cache lines.</summary>
internal static class Lines
{
    /// <summary>The first float of the first whole line of some memory that does not move.</summary>
    public static unsafe ref float First(Span<float> memory)
    {
        const int line = 64;
        ref float first = ref MemoryMarshal.GetReference(memory);
        return ref Unsafe.AddByteOffset(ref first, -(nint)Unsafe.AsPointer(ref first) & (line - 1));
    }

    /// <summary>Copies so many floats, a multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy<TStore>(ref float source, ref float destination, int length) where TStore : struct, ILineStore
    {
        const int half = 8, line = 2 * half;
        for (int i = 0; i < length; i += line)
        {
            ref float from = ref Unsafe.Add(ref source, i), to = ref Unsafe.Add(ref destination, i);
            if (Vector512.IsHardwareAccelerated)
            {
                TStore.Store(Vector512.LoadUnsafe(ref from), ref to);
            }
            else
            {
                TStore.Store(Vector256.LoadUnsafe(ref from), Vector256.LoadUnsafe(ref from, half), ref to);
            }
        }
    }
}

/// <summary>Into the caches, to be read soon.</summary>
internal readonly struct NearLines : ILineStore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> line, ref float destination) => line.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> first, Vector256<float> second, ref float destination)
    {
        first.StoreUnsafe(ref destination);
        second.StoreUnsafe(ref destination, (nuint)Vector256<float>.Count);
    }
}

/// <summary>
/// Past the caches: what is so large that it would be evicted before it is read is not read from memory first, and evicts nothing. Destinations are pinned
/// whole lines; other threads may read them after <see cref="Complete"/>.
/// </summary>
internal readonly struct FarLines : ILineStore
{
    /// <summary>Whether this machine writes a whole line, or both halves of one after each other, so that they leave together.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Vector512<float> line, ref float destination) =>
        line.StoreAlignedNonTemporal((float*)Unsafe.AsPointer(ref destination));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Vector256<float> first, Vector256<float> second, ref float destination)
    {
        float* line = (float*)Unsafe.AsPointer(ref destination);
        first.StoreAlignedNonTemporal(line);
        second.StoreAlignedNonTemporal(line + Vector256<float>.Count);
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
