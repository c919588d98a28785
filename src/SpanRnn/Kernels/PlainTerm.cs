using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>The terms x[i].</summary>
internal readonly ref struct PlainTerm(ReadOnlySpan<float> x) : ITerm
{
    private readonly ref float _x = ref MemoryMarshal.GetReference(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Add<V>(V sum, nint index) where V : struct, ILanes<V> => sum + V.Load(in Unsafe.Add(ref _x, index));
}
