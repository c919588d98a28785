using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Interchange.Running;

/// <summary>The terms e^(x[i] - largest).</summary>
internal readonly ref struct ExponentialTerm(ReadOnlySpan<float> x, float largest) : ITerm
{
    /// <summary>Exponentials of smaller numbers count as 0, so that none is a denormal.</summary>
    private const float Vanishing = -86f;

    private readonly ref float _x = ref MemoryMarshal.GetReference(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Add<V>(V sum, nint index) where V : struct, ILanes<V> => sum + Of(V.Load(in Unsafe.Add(ref _x, index)), V.Of(largest));

    /// <summary>e^(x - largest); NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V largest) where V : struct, ILanes<V>
    {
        V d = x - largest, lowest = V.Of(Vanishing);
        return V.IfLess(d, lowest, V.Of(0f), LaneMath.Exp(V.Min(V.Of(0f), V.Max(lowest, d))));
    }
}
