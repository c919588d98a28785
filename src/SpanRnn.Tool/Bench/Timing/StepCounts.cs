using SpanRnn.Tool.Bench.Reports;

namespace SpanRnn.Tool.Bench.Timing;

/// <summary>What was recorded of one stream in one surrounding.</summary>
internal sealed class StepCounts
{
    public TickHistogram Steps { get; } = new();

    public TickHistogram Blocks { get; } = new();

    public long AllocatedBytes { get; set; }

    public bool IsComplete => Steps.Count > 0 && Blocks.Count > 0;

    /// <param name="ofStep">From ticks to nanoseconds, for single steps.</param>
    public LatencyFigures Figures(Func<uint, double> ofStep) =>
        new(Durations.Of(Steps, ofStep), Durations.Of(Blocks, ticks => ClockCost.Nanoseconds(ticks)), AllocatedBytes);
}
