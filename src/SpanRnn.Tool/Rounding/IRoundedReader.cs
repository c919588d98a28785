namespace SpanRnn.Tool.Rounding;

/// <summary>A session that gives the answers of a task, one after the other.</summary>
internal interface IRoundedReader : IDisposable
{
    /// <summary>The outputs of the next answer; indices count up from 0. Valid until the next call.</summary>
    ReadOnlySpan<float> Read(int index);
}
