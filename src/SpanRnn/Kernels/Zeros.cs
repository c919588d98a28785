using SpanRnn.Memory;

namespace SpanRnn.Kernels;

/// <summary>Constants that products start from. The row of zeros grows when a plan needs a longer one.</summary>
internal static class Zeros
{
    private static readonly float[] OneArray = GC.AllocateArray<float>(1, pinned: true);
    private static Slab _row = Slab.RentForever(4096);

    static Zeros() => OneArray[0] = 1f;

    public static ref float One => ref OneArray[0];

    /// <summary>At least <paramref name="length"/> zeros. Planning must have called <see cref="Reserve"/>.</summary>
    public static ref float Row(int length)
    {
        Slab row = Volatile.Read(ref _row);
        if (row.Length < length)
        {
            row = Reserve(length);
        }

        return ref row.Origin;
    }

    /// <summary>Makes sure that <see cref="Row"/> of that length takes no memory.</summary>
    public static Slab Reserve(int length)
    {
        lock (OneArray)
        {
            // The shorter row is not returned: another thread may be reading it.
            return _row.Length >= length ? _row : _row = Slab.RentForever(Math.Max(length, 2 * _row.Length));
        }
    }
}
