using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels.Weights;

/// <summary>Weights as they are trained.</summary>
internal readonly struct Float32 : IWeight
{
    public static int Bytes => sizeof(float);

    public static bool IsScaled => false;

    public static bool IsPaired => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V First, V Second) LoadPair<V>(ref readonly byte source) where V : struct, ILanes<V> =>
        (Load<V>(in source), Load<V>(in Unsafe.Add(ref Unsafe.AsRef(in source), V.Width * Bytes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(ref readonly byte source) where V : struct, ILanes<V> => V.Load(in As(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct<V>(ref V sum, V s, ref readonly byte weights) where V : struct, ILanes<V> => V.AddProduct(ref sum, s, in As(in weights));

    public static float ScaleOf(ReadOnlySpan<float> row) => 1f;

    public static void Write(float value, float scale, ref byte destination) => Unsafe.WriteUnaligned(ref destination, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float As(ref readonly byte weights) => ref Unsafe.As<byte, float>(ref Unsafe.AsRef(in weights));
}
