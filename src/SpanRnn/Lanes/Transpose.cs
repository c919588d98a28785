using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpanRnn.Lanes;

/// <summary>Transposes squares of floats: how weights get from rows into k-major panels.</summary>
internal static class Transpose
{
    /// <summary>The sides of the squares.</summary>
    public const int Size = 4, LargeSize = 16;

    /// <summary>destination[j, i] = source[i, j] for 16 x 16 floats; strides in floats. Whole cache lines are read and written.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void LargeSquare<TStore>(ref float source, nint sourceStride, ref float destination, nint stride) where TStore : struct, ILineStore
    {
        if (Avx512F.IsSupported)
        {
            ByWholeLines<TStore>(ref source, sourceStride, ref destination, stride);
        }
        else if (Avx.IsSupported)
        {
            ByHalfLines<TStore>(ref source, sourceStride, ref destination, stride);
        }
        else
        {
            BySquares(ref source, sourceStride, ref destination, stride);
        }
    }

    /// <summary>16 x 16 floats as squares of four, where vectors hold no more.</summary>
    internal static void BySquares(ref float source, nint sourceStride, ref float destination, nint stride)
    {
        for (int i = 0; i < LargeSize; i += Size)
        {
            for (int j = 0; j < LargeSize; j += Size)
            {
                Square(ref Unsafe.Add(ref source, i * sourceStride + j), sourceStride, ref Unsafe.Add(ref destination, j * stride + i), stride);
            }
        }
    }

    /// <summary>16 x 16 floats by vectors of eight, four columns at a time: both halves of a line are written after each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ByHalfLines<TStore>(ref float source, nint sourceStride, ref float destination, nint stride) where TStore : struct, ILineStore
    {
        for (int j = 0; j < LargeSize; j += Size)
        {
            FourLines<TStore>(ref Unsafe.Add(ref source, j), sourceStride, ref Unsafe.Add(ref destination, j * stride), stride);
        }
    }

    /// <summary>Four columns of sixteen rows, whose halves become those of four lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourLines<TStore>(ref float source, nint sourceStride, ref float destination, nint stride) where TStore : struct, ILineStore
    {
        EightRows(ref source, sourceStride, out Vector256<float> a0, out Vector256<float> a1, out Vector256<float> a2, out Vector256<float> a3);
        EightRows(
            ref Unsafe.Add(ref source, 8 * sourceStride), sourceStride, out Vector256<float> b0, out Vector256<float> b1, out Vector256<float> b2,
            out Vector256<float> b3);
        TStore.Store(a0, b0, ref destination);
        TStore.Store(a1, b1, ref Unsafe.Add(ref destination, stride));
        TStore.Store(a2, b2, ref Unsafe.Add(ref destination, 2 * stride));
        TStore.Store(a3, b3, ref Unsafe.Add(ref destination, 3 * stride));
    }

    /// <summary>Column n of eight rows becomes the n-th vector: a square of four in each half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightRows(
        ref float source, nint stride, out Vector256<float> n0, out Vector256<float> n1, out Vector256<float> n2, out Vector256<float> n3)
    {
        Vector256<float> a = TwoRows(ref source, stride), b = TwoRows(ref Unsafe.Add(ref source, stride), stride);
        Vector256<float> c = TwoRows(ref Unsafe.Add(ref source, 2 * stride), stride), d = TwoRows(ref Unsafe.Add(ref source, 3 * stride), stride);
        Vector256<double> ab = Avx.UnpackLow(a, b).AsDouble(), cd = Avx.UnpackLow(c, d).AsDouble();
        Vector256<double> ab2 = Avx.UnpackHigh(a, b).AsDouble(), cd2 = Avx.UnpackHigh(c, d).AsDouble();
        n0 = Avx.UnpackLow(ab, cd).AsSingle();
        n1 = Avx.UnpackHigh(ab, cd).AsSingle();
        n2 = Avx.UnpackLow(ab2, cd2).AsSingle();
        n3 = Avx.UnpackHigh(ab2, cd2).AsSingle();
    }

    /// <summary>Four floats of a row, and of the fourth after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> TwoRows(ref float source, nint stride) =>
        Vector256.Create(Vector128.LoadUnsafe(ref source), Vector128.LoadUnsafe(ref Unsafe.Add(ref source, 4 * stride)));

    /// <summary>16 x 16 floats by vectors of sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ByWholeLines<TStore>(ref float source, nint sourceStride, ref float destination, nint stride) where TStore : struct, ILineStore
    {
        // Four rows at a time: of each four columns a square in each quarter of a vector. Then quarters change places between the four vectors.
        FourRows(ref source, sourceStride, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        FourRows(
            ref Unsafe.Add(ref source, 4 * sourceStride), sourceStride, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2,
            out Vector512<float> b3);
        FourRows(
            ref Unsafe.Add(ref source, 8 * sourceStride), sourceStride, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2,
            out Vector512<float> c3);
        FourRows(
            ref Unsafe.Add(ref source, 12 * sourceStride), sourceStride, out Vector512<float> d0, out Vector512<float> d1, out Vector512<float> d2,
            out Vector512<float> d3);
        FourColumns<TStore>(a0, b0, c0, d0, ref destination, 4 * stride);
        FourColumns<TStore>(a1, b1, c1, d1, ref Unsafe.Add(ref destination, stride), 4 * stride);
        FourColumns<TStore>(a2, b2, c2, d2, ref Unsafe.Add(ref destination, 2 * stride), 4 * stride);
        FourColumns<TStore>(a3, b3, c3, d3, ref Unsafe.Add(ref destination, 3 * stride), 4 * stride);
    }

    /// <summary>Column j of four rows, for j = 4 q + n, becomes quarter q of the n-th vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRows(
        ref float source, nint stride, out Vector512<float> n0, out Vector512<float> n1, out Vector512<float> n2, out Vector512<float> n3)
    {
        Vector512<float> a = Vector512.LoadUnsafe(ref source), b = Vector512.LoadUnsafe(ref Unsafe.Add(ref source, stride));
        Vector512<float> c = Vector512.LoadUnsafe(ref Unsafe.Add(ref source, 2 * stride));
        Vector512<float> d = Vector512.LoadUnsafe(ref Unsafe.Add(ref source, 3 * stride));
        Vector512<double> ab = Avx512F.UnpackLow(a, b).AsDouble(), cd = Avx512F.UnpackLow(c, d).AsDouble();
        Vector512<double> ab2 = Avx512F.UnpackHigh(a, b).AsDouble(), cd2 = Avx512F.UnpackHigh(c, d).AsDouble();
        n0 = Avx512F.UnpackLow(ab, cd).AsSingle();
        n1 = Avx512F.UnpackHigh(ab, cd).AsSingle();
        n2 = Avx512F.UnpackLow(ab2, cd2).AsSingle();
        n3 = Avx512F.UnpackHigh(ab2, cd2).AsSingle();
    }

    /// <summary>The q-th quarters of four vectors, side by side, are the q-th row of the destination.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourColumns<TStore>(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, ref float destination, nint stride)
        where TStore : struct, ILineStore
    {
        const byte even = 0b10_00_10_00, odd = 0b11_01_11_01;
        Vector512<float> ab = Avx512F.Shuffle4x128(a, b, even), cd = Avx512F.Shuffle4x128(c, d, even);
        Vector512<float> ab2 = Avx512F.Shuffle4x128(a, b, odd), cd2 = Avx512F.Shuffle4x128(c, d, odd);
        TStore.Store(Avx512F.Shuffle4x128(ab, cd, even), ref destination);
        TStore.Store(Avx512F.Shuffle4x128(ab2, cd2, even), ref Unsafe.Add(ref destination, stride));
        TStore.Store(Avx512F.Shuffle4x128(ab, cd, odd), ref Unsafe.Add(ref destination, 2 * stride));
        TStore.Store(Avx512F.Shuffle4x128(ab2, cd2, odd), ref Unsafe.Add(ref destination, 3 * stride));
    }

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
