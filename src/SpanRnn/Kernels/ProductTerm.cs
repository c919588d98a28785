using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The terms x[i] y[i], fused with their addition.</summary>
internal readonly ref struct ProductTerm(ReadOnlySpan<float> x, ReadOnlySpan<float> y) : ITerm
{
    private readonly ref float _x = ref MemoryMarshal.GetReference(x);
    private readonly ref float _y = ref MemoryMarshal.GetReference(y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Add<V>(V sum, nint index) where V : struct, ILanes<V> =>
        V.Fma(V.Load(in Unsafe.Add(ref _x, index)), V.Load(in Unsafe.Add(ref _y, index)), sum);
}
