using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using X86 = System.Runtime.Intrinsics.X86;

namespace SpanRnn.Lanes;

/// <summary>Eight lanes: one AVX register.</summary>
internal struct Lanes8(Vector256<float> v) : ILanes<Lanes8>
{
    private Vector256<float> _v = v;

    public static int Width => 8;

    public static int Registers => Vector512.IsHardwareAccelerated ? 32 : 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Of(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(ref readonly float source) => new(Vector256.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 LoadBFloat16(ref readonly ushort source)
    {
        Vector128<ushort> halves = Vector128.LoadUnsafe(in source);
        Vector256<int> wide = X86.Avx2.IsSupported
            ? X86.Avx2.ConvertToVector256Int32(halves)
            : Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves)).AsInt32();
        return new((wide << 16).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes8 Even, Lanes8 Odd) LoadBFloat16Pair(ref readonly ushort source)
    {
        Vector256<uint> both = Vector256.LoadUnsafe(in source).AsUInt32();
        return (new((both << 16).AsSingle()), new((both & Vector256.Create(0xFFFF0000)).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 LoadInt8(ref readonly sbyte source)
    {
        Vector128<sbyte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(in Unsafe.As<sbyte, byte>(ref Unsafe.AsRef(in source)))).AsSByte();
        if (X86.Avx2.IsSupported)
        {
            return new(Vector256.ConvertToSingle(X86.Avx2.ConvertToVector256Int32(bytes)));
        }

        Vector128<short> words = Vector128.WidenLower(bytes);
        return new(Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(ref float destination) => _v.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator /(Lanes8 a, Lanes8 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 a, float b) => new(a._v + Vector256.Create(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 a, float b) => new(a._v - Vector256.Create(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 a, float b) => new(a._v * Vector256.Create(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Fma(Lanes8 a, Lanes8 b, Lanes8 c) => new(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes8 sum, Lanes8 a, Lanes8 b) => sum._v = Vector256.FusedMultiplyAdd(a._v, b._v, sum._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes8 sum, Lanes8 a, ref readonly float b) =>
        sum._v = Vector256.FusedMultiplyAdd(a._v, Vector256.LoadUnsafe(in b), sum._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Fma(Lanes8 a, float b, Lanes8 c) =>
        new(Vector256.FusedMultiplyAdd(a._v, Vector256.Create(b), c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Fma(Lanes8 a, Lanes8 b, float c) =>
        new(Vector256.FusedMultiplyAdd(a._v, b._v, Vector256.Create(c)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Fma(Lanes8 a, float b, float c) =>
        new(Vector256.FusedMultiplyAdd(a._v, Vector256.Create(b), Vector256.Create(c)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 FmaNegated(Lanes8 a, Lanes8 b, Lanes8 c) =>
        new(X86.Fma.IsSupported
            ? X86.Fma.MultiplyAddNegated(a._v, b._v, c._v)
            : Vector256.FusedMultiplyAdd(-a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 FmaNegated(Lanes8 a, float b, Lanes8 c) => FmaNegated(a, Of(b), c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 FmaBothNegated(Lanes8 a, float b, Lanes8 c) =>
        new(X86.Fma.IsSupported
            ? X86.Fma.MultiplySubtractNegated(a._v, Vector256.Create(b), c._v)
            : Vector256.FusedMultiplyAdd(-a._v, Vector256.Create(b), -c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Min(Lanes8 a, Lanes8 b) => new(Vector256.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Max(Lanes8 a, Lanes8 b) => new(Vector256.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Clamp(Lanes8 a, float low, float high) =>
        new(Vector256.MaxNative(Vector256.Create(low), Vector256.MinNative(Vector256.Create(high), a._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Abs(Lanes8 a) => new(Vector256.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 CopySign(Lanes8 magnitude, Lanes8 sign) =>
        new(Vector256.ConditionalSelect(Vector256.Create(-0f), sign._v, magnitude._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sqrt(Lanes8 a) => new(Vector256.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Round(Lanes8 a) => new(Vector256.Round(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Ldexp(Lanes8 a, Lanes8 n) =>
        // 2^128 is no float: multiply by 2 and by 2^(n-1). In this order neither rounds.
        new((a._v + a._v) * HalfPowerOfTwo(n)._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 PowerOfTwo(Lanes8 shifted) => new((shifted._v.AsInt32() << 23).AsSingle());

    /// <summary>2^(n-1) for an integer n in [-125, 128]; of NaN any number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes8 HalfPowerOfTwo(Lanes8 n) =>
        new(((Vector256.ConvertToInt32Native(n._v) + Vector256.Create(126)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 ZeroBelow(Lanes8 a, float bound)
    {
        // Magnitudes have the order of their bits: the sign of the difference becomes a mask.
        Vector256<int> bits = a._v.AsInt32();
        Vector256<int> below = ((bits & Vector256.Create(int.MaxValue)) - Vector256.Create(BitConverter.SingleToInt32Bits(bound))) >> 31;
        return new(Vector256.AndNot(bits, below).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 IfLess(Lanes8 a, Lanes8 b, Lanes8 yes, Lanes8 no) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a._v, b._v), yes._v, no._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes8 a) => Lanes4.Sum(new Lanes4(a._v.GetLower() + a._v.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes8 a) => Lanes4.Largest(new Lanes4(Vector128.Max(a._v.GetLower(), a._v.GetUpper())));
}
