namespace SpanRnn.Tool.Bench.Reports;

/// <summary>What single steps take.</summary>
/// <param name="ClockTickNanoseconds">What the clock counts in.</param>
/// <param name="ClockStepNanoseconds">By how much its readings differ here.</param>
/// <param name="ClockCostNanoseconds">What reading it costs; subtracted from single steps, but not from the empty ones.</param>
/// <param name="BudgetNanoseconds">64 samples at 48 kHz.</param>
/// <param name="EmptyAlone">Steps that do nothing, measured in the same way: what the machine does to any loop.</param>
/// <param name="EmptyBesideGarbage">The same beside the garbage.</param>
/// <param name="Garbage">The other thread.</param>
/// <param name="Rows">The models.</param>
internal sealed record LatencyReport(
    double ClockTickNanoseconds, double ClockStepNanoseconds, double ClockCostNanoseconds, double BudgetNanoseconds,
    LatencyFigures EmptyAlone, LatencyFigures EmptyBesideGarbage, GarbageReport Garbage, IReadOnlyList<LatencyRow> Rows);
