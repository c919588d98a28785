using SpanRnn.Layers;

namespace SpanRnn.Interchange.Running;

/// <summary>A stage with the memory for a planned run.</summary>
/// <remarks>
/// Rows are packed as <see cref="Timeline"/> says, whole blocks apart; after a selection there is one for each sequence, in sorted order. What
/// lies behind a row's numbers is not defined. A stage reads its input and writes memory of its own, which the next one reads.
/// </remarks>
internal abstract class StageRun : IDisposable
{
    /// <summary>From rows of x to rows of the result, which stay as they are until the next run.</summary>
    public abstract RowView Run(scoped in StageFlow flow, RowView x);

    public abstract void Dispose();
}
