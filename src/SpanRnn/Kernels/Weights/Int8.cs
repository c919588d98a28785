using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels.Weights;

/// <summary>Whole numbers from -127 to 127 times a scale of their row: an error of at most half a scale, the row's largest weight / 254.</summary>
internal readonly struct Int8 : IWeight
{
    /// <summary>The largest number; the smallest is its opposite.</summary>
    public const int Largest = 127;

    public static int Bytes => sizeof(sbyte);

    public static bool IsScaled => true;

    public static bool IsPaired => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V First, V Second) LoadPair<V>(ref readonly byte source) where V : struct, ILanes<V> =>
        (Load<V>(in source), Load<V>(in Unsafe.Add(ref Unsafe.AsRef(in source), V.Width * Bytes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(ref readonly byte source) where V : struct, ILanes<V> =>
        V.LoadInt8(in Unsafe.As<byte, sbyte>(ref Unsafe.AsRef(in source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct<V>(ref V sum, V s, ref readonly byte weights) where V : struct, ILanes<V> => V.AddProduct(ref sum, s, Load<V>(in weights));

    /// <summary>The row's largest magnitude / 127, rounded up to 17 significant bits.</summary>
    /// <remarks>
    /// With 17 bits, 7 more of a weight fit a float: number times scale is exact, its row's largest / 127 is the scale again, and so rounding what
    /// was rounded changes nothing.
    /// </remarks>
    public static float ScaleOf(ReadOnlySpan<float> row)
    {
        const uint cut = 0x7F; // 24 - 17 bits
        float largest = row.IsEmpty ? 0f : MathF.Abs(TensorPrimitives.MaxMagnitude(row));
        uint bits = BitConverter.SingleToUInt32Bits(largest / Largest);
        return float.IsFinite(largest) ? BitConverter.UInt32BitsToSingle((bits + cut) & ~cut) : float.NaN;
    }

    public static void Write(float value, float scale, ref byte destination) => destination = (byte)FromSingle(value, scale);

    /// <summary>value / scale to the nearest, halves to even; 0 if the scale is.</summary>
    public static sbyte FromSingle(float value, float scale) =>
        scale == 0f ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(value / scale), -Largest, Largest);
}
