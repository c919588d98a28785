using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>A loss of one output a and one target y, and its derivative with respect to a.</summary>
internal interface IElementLoss
{
    V Loss<V>(V a, V y, out V gradient) where V : struct, ILanes<V>;
}
