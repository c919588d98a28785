using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>A pass over the rows of a loss, of which each is on its own.</summary>
internal interface ILossPass : IKernel
{
    /// <summary>Which rows, and where their losses go.</summary>
    RowLosses Losses { get; set; }
}
