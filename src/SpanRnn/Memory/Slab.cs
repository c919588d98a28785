using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SpanRnn.Memory;

/// <summary>Rented, zeroed floats that start on a 64-byte boundary. Who rents it disposes it.</summary>
/// <remarks>
/// The memory is a pinned array of the pool, so its alignment lasts, and a span that outlives the rental reads stale floats rather
/// than freed memory.
/// </remarks>
internal sealed class Slab : IDisposable
{
    internal const int Alignment = 64;

    private readonly int _start;
    private float[]? _array;

    private Slab(float[] array, int length)
    {
        _array = array;
        Length = length;
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        _start = (int)(-address & (Alignment - 1)) / sizeof(float);
    }

    public int Length { get; }

    public long Bytes => (long)Length * sizeof(float);

    public Span<float> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Array, _start, Length);
    }

    /// <summary>A reference to the first float, for kernels that do their own addressing.</summary>
    public ref float Origin
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Array), _start);
    }

    private float[] Array
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _array ?? Throw();
    }

    /// <summary>Zeroed floats that are never returned and do not count as outstanding: the garbage collector's.</summary>
    public static Slab RentForever(long length) => new(GC.AllocateArray<float>(Padded(length), pinned: true), (int)length);

    /// <summary>Zeroed floats of the pool.</summary>
    public static Slab Rent(long length) => new(SlabPool.Rent(Padded(length), isUntouched: false), (int)length);

    /// <summary>
    /// The same for what may never be used in full: of memory that is new to the process no page is there until it is written. Not for what a stream steps with,
    /// whose first steps would wait for their pages.
    /// </summary>
    public static Slab RentUntouched(long length) => new(SlabPool.Rent(Padded(length), isUntouched: true), (int)length);

    public void Dispose()
    {
        float[]? array = Interlocked.Exchange(ref _array, null);
        if (array is not null)
        {
            SlabPool.Return(array);
        }
    }

    /// <summary>With room to move the start to a boundary.</summary>
    private static int Padded(long length) => length is >= 0 and <= int.MaxValue / 2
        ? (int)length + Alignment / sizeof(float)
        : throw new OutOfMemoryException($"A block of {length:N0} floats is beyond the largest of {int.MaxValue / 2:N0}.");

    private static float[] Throw() => throw new ObjectDisposedException(nameof(Slab), "The memory of this object was returned to the pool.");
}
