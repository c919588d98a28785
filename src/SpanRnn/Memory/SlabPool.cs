using System.Numerics;

namespace SpanRnn.Memory;

/// <summary>Pinned arrays for reuse, in buckets of powers of two. Large rentals are kept few, small ones many.</summary>
internal static class SlabPool
{
    private const int Smallest = 10, Largest = 30;     // log2 of floats: 4 KiB to 4 GiB
    private const long KeptFloatsPerBucket = 1 << 22;   // 16 MiB, at least one array

    private static readonly List<float[]>[] Buckets = CreateBuckets();
    private static int _outstanding;

    /// <summary>How many rentals have not come back: a leak check for tests.</summary>
    public static int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>An array that begins with so many zeros.</summary>
    /// <param name="length">How many.</param>
    /// <param name="isUntouched">Whether a new one's pages are left to be there when they are written first: those of the system are zero.</param>
    public static float[] Rent(int length, bool isUntouched)
    {
        Interlocked.Increment(ref _outstanding);
        int bucket = Math.Max(Smallest, BitOperations.Log2((uint)length));
        for (int candidate = bucket; candidate <= Math.Min(bucket + 1, Largest); candidate++)
        {
            if (TryTake(Buckets[candidate - Smallest], length, out float[] kept))
            {
                kept.AsSpan(0, length).Clear();
                return kept;
            }
        }

        int size = Math.Max(1 << Smallest, length);
        if (isUntouched)
        {
            return GC.AllocateArray<float>(size, pinned: true);
        }

        float[] array = GC.AllocateUninitializedArray<float>(size, pinned: true);
        array.AsSpan(0, length).Clear();
        return array;
    }

    private static bool TryTake(List<float[]> kept, int length, out float[] array)
    {
        lock (kept)
        {
            int found = kept.FindLastIndex(candidate => candidate.Length >= length);
            array = found < 0 ? [] : kept[found];
            if (found >= 0)
            {
                kept.RemoveAt(found);
            }

            return found >= 0;
        }
    }

    public static void Return(float[] array)
    {
        Interlocked.Decrement(ref _outstanding);
        int bucket = BitOperations.Log2((uint)array.Length);
        List<float[]> kept = Buckets[bucket - Smallest];
        lock (kept)
        {
            if (kept.Count == 0 || (kept.Count + 1L) * array.Length <= KeptFloatsPerBucket)
            {
                kept.Add(array);
            }
        }
    }

    private static List<float[]>[] CreateBuckets()
    {
        var buckets = new List<float[]>[Largest - Smallest + 1];
        for (int i = 0; i < buckets.Length; i++)
        {
            buckets[i] = new List<float[]>();
        }

        return buckets;
    }
}
