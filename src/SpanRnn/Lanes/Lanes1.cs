using System.Runtime.CompilerServices;

namespace SpanRnn.Lanes;

/// <summary>One lane: plain scalar code, the fallback on machines without vectors and the oracle of the others.</summary>
internal struct Lanes1(float v) : ILanes<Lanes1>
{
    private float _v = v;

    public static int Width => 1;

    public static int Registers => 16;

    public static Lanes1 Of(float value) => new(value);

    public static Lanes1 Load(ref readonly float source) => new(source);

    public static Lanes1 LoadBFloat16(ref readonly ushort source) => new(BitConverter.UInt32BitsToSingle((uint)source << 16));

    public static (Lanes1 Even, Lanes1 Odd) LoadBFloat16Pair(ref readonly ushort source) =>
        (LoadBFloat16(in source), LoadBFloat16(in Unsafe.Add(ref Unsafe.AsRef(in source), 1)));

    public static Lanes1 LoadInt8(ref readonly sbyte source) => new(source);

    public readonly void Store(ref float destination) => destination = _v;

    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new(a._v + b._v);

    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new(a._v - b._v);

    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new(a._v * b._v);

    public static Lanes1 operator /(Lanes1 a, Lanes1 b) => new(a._v / b._v);

    public static Lanes1 operator +(Lanes1 a, float b) => new(a._v + b);

    public static Lanes1 operator -(Lanes1 a, float b) => new(a._v - b);

    public static Lanes1 operator *(Lanes1 a, float b) => new(a._v * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Fma(Lanes1 a, Lanes1 b, Lanes1 c) => new(MathF.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes1 sum, Lanes1 a, Lanes1 b) => sum._v = MathF.FusedMultiplyAdd(a._v, b._v, sum._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes1 sum, Lanes1 a, ref readonly float b) => sum._v = MathF.FusedMultiplyAdd(a._v, b, sum._v);

    public static Lanes1 Fma(Lanes1 a, float b, Lanes1 c) => new(MathF.FusedMultiplyAdd(a._v, b, c._v));

    public static Lanes1 Fma(Lanes1 a, Lanes1 b, float c) => new(MathF.FusedMultiplyAdd(a._v, b._v, c));

    public static Lanes1 Fma(Lanes1 a, float b, float c) => new(MathF.FusedMultiplyAdd(a._v, b, c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 FmaNegated(Lanes1 a, Lanes1 b, Lanes1 c) => new(MathF.FusedMultiplyAdd(-a._v, b._v, c._v));

    public static Lanes1 FmaNegated(Lanes1 a, float b, Lanes1 c) => new(MathF.FusedMultiplyAdd(-a._v, b, c._v));

    public static Lanes1 FmaBothNegated(Lanes1 a, float b, Lanes1 c) => new(MathF.FusedMultiplyAdd(-a._v, b, -c._v));

    public static Lanes1 Min(Lanes1 a, Lanes1 b) => new(a._v < b._v ? a._v : b._v);

    public static Lanes1 Max(Lanes1 a, Lanes1 b) => new(a._v > b._v ? a._v : b._v);

    public static Lanes1 Clamp(Lanes1 a, float low, float high) => Max(new(low), Min(new(high), a));

    public static Lanes1 Abs(Lanes1 a) => new(MathF.Abs(a._v));

    public static Lanes1 CopySign(Lanes1 magnitude, Lanes1 sign) => new(MathF.CopySign(magnitude._v, sign._v));

    public static Lanes1 Sqrt(Lanes1 a) => new(MathF.Sqrt(a._v));

    public static Lanes1 Round(Lanes1 a) => new(MathF.Round(a._v));

    public static Lanes1 Ldexp(Lanes1 a, Lanes1 n) => new((a._v + a._v) * HalfPowerOfTwo(n)._v);

    public static Lanes1 PowerOfTwo(Lanes1 shifted) => new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(shifted._v) << 23));

    /// <summary>2^(n-1) for an integer n in [-125, 128]; of NaN any number.</summary>
    private static Lanes1 HalfPowerOfTwo(Lanes1 n) => new(BitConverter.Int32BitsToSingle(((float.IsNaN(n._v) ? 0 : (int)n._v) + 126) << 23));

    public static Lanes1 ZeroBelow(Lanes1 a, float bound) => new(MathF.Abs(a._v) < bound ? 0f : a._v);

    public static Lanes1 IfLess(Lanes1 a, Lanes1 b, Lanes1 yes, Lanes1 no) => a._v < b._v ? yes : no;

    public static float Sum(Lanes1 a) => a._v;

    public static float Largest(Lanes1 a) => a._v;
}
