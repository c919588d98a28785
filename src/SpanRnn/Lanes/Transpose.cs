using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpanRnn.Lanes;

/// <summary>Transposes small squares of floats: how weights get from rows into k-major panels.</summary>
internal static class Transpose
{
    /// <summary>The side of the square.</summary>
    public const int Size = 4;

    /// <summary>destination[j, i] = source[i, j] for 4 x 4 floats; strides in floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Square(ref float source, nint sourceStride, ref float destination, nint stride)
    {
        if (!Sse.IsSupported)
        {
            for (int i = 0; i < Size; i++)
            {
                for (int j = 0; j < Size; j++)
                {
                    Unsafe.Add(ref destination, j * stride + i) = Unsafe.Add(ref source, i * sourceStride + j);
                }
            }

            return;
        }

        Vector128<float> a = Vector128.LoadUnsafe(ref source), b = Vector128.LoadUnsafe(ref Unsafe.Add(ref source, sourceStride));
        Vector128<float> c = Vector128.LoadUnsafe(ref Unsafe.Add(ref source, 2 * sourceStride));
        Vector128<float> d = Vector128.LoadUnsafe(ref Unsafe.Add(ref source, 3 * sourceStride));
        Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d), ab2 = Sse.UnpackHigh(a, b), cd2 = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(ab, cd).StoreUnsafe(ref destination);
        Sse.MoveHighToLow(cd, ab).StoreUnsafe(ref Unsafe.Add(ref destination, stride));
        Sse.MoveLowToHigh(ab2, cd2).StoreUnsafe(ref Unsafe.Add(ref destination, 2 * stride));
        Sse.MoveHighToLow(cd2, ab2).StoreUnsafe(ref Unsafe.Add(ref destination, 3 * stride));
    }
}
