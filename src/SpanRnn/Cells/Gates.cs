using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Cells;

/// <summary>What one block of units computes on: up to four vectors, held in registers. A cell names them.</summary>
internal struct Gates<V> where V : struct, ILanes<V>
{
    public V V0, V1, V2, V3;

    /// <summary>Reads the first <paramref name="count"/> vectors, <paramref name="stride"/> floats apart; the others are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Load(ref float source, int count, int stride)
    {
        Gates<V> gates = default;
        gates.V0 = V.Load(in source);
        if (count > 1)
        {
            gates.V1 = V.Load(in Unsafe.Add(ref source, stride));
        }

        if (count > 2)
        {
            gates.V2 = V.Load(in Unsafe.Add(ref source, 2 * stride));
        }

        if (count > 3)
        {
            gates.V3 = V.Load(in Unsafe.Add(ref source, 3 * stride));
        }

        return gates;
    }

    /// <summary>Writes the first <paramref name="count"/> vectors, <paramref name="stride"/> floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(ref float destination, int count, int stride)
    {
        V0.Store(ref destination);
        if (count > 1)
        {
            V1.Store(ref Unsafe.Add(ref destination, stride));
        }

        if (count > 2)
        {
            V2.Store(ref Unsafe.Add(ref destination, 2 * stride));
        }

        if (count > 3)
        {
            V3.Store(ref Unsafe.Add(ref destination, 3 * stride));
        }
    }
}
