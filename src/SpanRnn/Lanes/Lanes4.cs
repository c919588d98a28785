using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using X86 = System.Runtime.Intrinsics.X86;

namespace SpanRnn.Lanes;

/// <summary>Four lanes: one SSE or NEON register.</summary>
internal struct Lanes4(Vector128<float> v) : ILanes<Lanes4>
{
    private Vector128<float> _v = v;

    public static int Width => 4;

    public static int Registers => Vector512.IsHardwareAccelerated ? 32 : 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Of(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Load(ref readonly float source) => new(Vector128.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 LoadBFloat16(ref readonly ushort source)
    {
        ulong halves = Unsafe.ReadUnaligned<ulong>(in Unsafe.As<ushort, byte>(ref Unsafe.AsRef(in source)));
        return new((Vector128.WidenLower(Vector128.CreateScalarUnsafe(halves).AsUInt16()) << 16).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes4 Even, Lanes4 Odd) LoadBFloat16Pair(ref readonly ushort source)
    {
        Vector128<uint> both = Vector128.LoadUnsafe(in source).AsUInt32();
        return (new((both << 16).AsSingle()), new((both & Vector128.Create(0xFFFF0000)).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 LoadInt8(ref readonly sbyte source)
    {
        int bytes = Unsafe.ReadUnaligned<int>(in Unsafe.As<sbyte, byte>(ref Unsafe.AsRef(in source)));
        return new(Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsSByte()))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(ref float destination) => _v.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator /(Lanes4 a, Lanes4 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator +(Lanes4 a, float b) => new(a._v + Vector128.Create(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a, float b) => new(a._v - Vector128.Create(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator *(Lanes4 a, float b) => new(a._v * Vector128.Create(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Fma(Lanes4 a, Lanes4 b, Lanes4 c) => new(Vector128.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes4 sum, Lanes4 a, Lanes4 b) => sum._v = Vector128.FusedMultiplyAdd(a._v, b._v, sum._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes4 sum, Lanes4 a, ref readonly float b) =>
        sum._v = Vector128.FusedMultiplyAdd(a._v, Vector128.LoadUnsafe(in b), sum._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Fma(Lanes4 a, float b, Lanes4 c) =>
        new(Vector128.FusedMultiplyAdd(a._v, Vector128.Create(b), c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Fma(Lanes4 a, Lanes4 b, float c) =>
        new(Vector128.FusedMultiplyAdd(a._v, b._v, Vector128.Create(c)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Fma(Lanes4 a, float b, float c) =>
        new(Vector128.FusedMultiplyAdd(a._v, Vector128.Create(b), Vector128.Create(c)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 FmaNegated(Lanes4 a, Lanes4 b, Lanes4 c) =>
        new(X86.Fma.IsSupported
            ? X86.Fma.MultiplyAddNegated(a._v, b._v, c._v)
            : Vector128.FusedMultiplyAdd(-a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 FmaNegated(Lanes4 a, float b, Lanes4 c) => FmaNegated(a, Of(b), c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 FmaBothNegated(Lanes4 a, float b, Lanes4 c) =>
        new(X86.Fma.IsSupported
            ? X86.Fma.MultiplySubtractNegated(a._v, Vector128.Create(b), c._v)
            : Vector128.FusedMultiplyAdd(-a._v, Vector128.Create(b), -c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Min(Lanes4 a, Lanes4 b) => new(Vector128.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Max(Lanes4 a, Lanes4 b) => new(Vector128.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Clamp(Lanes4 a, float low, float high) =>
        new(Vector128.MaxNative(Vector128.Create(low), Vector128.MinNative(Vector128.Create(high), a._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Abs(Lanes4 a) => new(Vector128.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 CopySign(Lanes4 magnitude, Lanes4 sign) =>
        new(Vector128.ConditionalSelect(Vector128.Create(-0f), sign._v, magnitude._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Sqrt(Lanes4 a) => new(Vector128.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Round(Lanes4 a) => new(Vector128.Round(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Ldexp(Lanes4 a, Lanes4 n) =>
        // 2^128 is no float: multiply by 2 and by 2^(n-1). In this order neither rounds.
        new((a._v + a._v) * HalfPowerOfTwo(n)._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 PowerOfTwo(Lanes4 shifted) => new((shifted._v.AsInt32() << 23).AsSingle());

    /// <summary>2^(n-1) for an integer n in [-125, 128]; of NaN any number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes4 HalfPowerOfTwo(Lanes4 n) =>
        new(((Vector128.ConvertToInt32Native(n._v) + Vector128.Create(126)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 ZeroBelow(Lanes4 a, float bound)
    {
        // Magnitudes have the order of their bits: the sign of the difference becomes a mask.
        Vector128<int> bits = a._v.AsInt32();
        Vector128<int> below = ((bits & Vector128.Create(int.MaxValue)) - Vector128.Create(BitConverter.SingleToInt32Bits(bound))) >> 31;
        return new(Vector128.AndNot(bits, below).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 IfLess(Lanes4 a, Lanes4 b, Lanes4 yes, Lanes4 no) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(a._v, b._v), yes._v, no._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes4 a) => (a._v.GetElement(0) + a._v.GetElement(2)) + (a._v.GetElement(1) + a._v.GetElement(3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes4 a) =>
        MathF.Max(MathF.Max(a._v.GetElement(0), a._v.GetElement(2)), MathF.Max(a._v.GetElement(1), a._v.GetElement(3)));
}
