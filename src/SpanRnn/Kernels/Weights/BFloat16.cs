using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels.Weights;

/// <summary>The upper half of a float: its whole range with 8 significant bits, so an error of at most 2^-9 of each weight.</summary>
internal readonly struct BFloat16 : IWeight
{
    public static int Bytes => sizeof(ushort);

    public static bool IsScaled => false;

    public static bool IsPaired => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V First, V Second) LoadPair<V>(ref readonly byte source) where V : struct, ILanes<V> =>
        V.LoadBFloat16Pair(in Unsafe.As<byte, ushort>(ref Unsafe.AsRef(in source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(ref readonly byte source) where V : struct, ILanes<V> =>
        V.LoadBFloat16(in Unsafe.As<byte, ushort>(ref Unsafe.AsRef(in source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct<V>(ref V sum, V s, ref readonly byte weights) where V : struct, ILanes<V> => V.AddProduct(ref sum, s, Load<V>(in weights));

    public static float ScaleOf(ReadOnlySpan<float> row) => 1f;

    public static void Write(float value, float scale, ref byte destination) => Unsafe.WriteUnaligned(ref destination, FromSingle(value));

    /// <summary>The nearest one, halves to even; NaN stays NaN.</summary>
    public static ushort FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)(bits >> 16 | 0x40) // quiet, and no infinity although the lower half is lost
            : (ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }

    public static float ToSingle(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);
}
