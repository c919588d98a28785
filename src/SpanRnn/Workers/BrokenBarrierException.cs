namespace SpanRnn.Workers;

/// <summary>Ends a part because another one threw; callers see that one's exception, never this.</summary>
internal sealed class BrokenBarrierException() : Exception("Another part of the work threw.");
