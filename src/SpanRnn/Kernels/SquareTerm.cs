using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The terms x[i]^2, fused with their addition.</summary>
internal readonly ref struct SquareTerm(ReadOnlySpan<float> x) : ITerm
{
    private readonly ref float _x = ref MemoryMarshal.GetReference(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Add<V>(V sum, nint index) where V : struct, ILanes<V>
    {
        V x = V.Load(in Unsafe.Add(ref _x, index));
        return V.Fma(x, x, sum);
    }
}
