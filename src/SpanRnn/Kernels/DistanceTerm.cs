using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The terms x[i] - origin.</summary>
internal readonly ref struct DistanceTerm(ReadOnlySpan<float> x, float origin) : ITerm
{
    private readonly ref float _x = ref MemoryMarshal.GetReference(x);
    private readonly float _origin = origin;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Add<V>(V sum, nint index) where V : struct, ILanes<V> => sum + (V.Load(in Unsafe.Add(ref _x, index)) - V.Of(_origin));
}
