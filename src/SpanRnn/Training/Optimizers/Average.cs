using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Optimizers;

/// <summary>Moving averages as the optimizers keep them.</summary>
internal static class Average
{
    /// <summary>(1 - blend) average + blend * x * y, flushed and stored: the weights add up to exactly 1, whatever blend was rounded to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Blend<V>(ref float average, V blend, V x, V y) where V : struct, ILanes<V>
    {
        V before = V.Load(in average);
        V after = LaneMath.Flush(V.Fma(blend * x, y, V.FmaNegated(blend, before, before)));
        after.Store(ref average);
        return after;
    }

    /// <summary>(1 - blend) average + blend * x, flushed and stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Blend<V>(ref float average, V blend, V x) where V : struct, ILanes<V>
    {
        V before = V.Load(in average);
        V after = LaneMath.Flush(V.Fma(blend, x, V.FmaNegated(blend, before, before)));
        after.Store(ref average);
        return after;
    }
}
