namespace SpanRnn.Tool.Bench.Reports;

/// <summary>How steps of one stream took.</summary>
/// <param name="Step">Single steps, without the clock's own cost.</param>
/// <param name="Block">Blocks of 64 steps.</param>
/// <param name="AllocatedBytes">By all of them together, as far as no other thread caused a collection meanwhile, which would blur it.</param>
internal sealed record LatencyFigures(Durations Step, Durations Block, long AllocatedBytes);
