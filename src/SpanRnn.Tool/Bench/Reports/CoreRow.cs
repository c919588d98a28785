namespace SpanRnn.Tool.Bench.Reports;

/// <summary>Work on one thread and on several.</summary>
/// <param name="Name">The work.</param>
/// <param name="OneNanoseconds">On one thread, the median of the rounds.</param>
/// <param name="TeamNanoseconds">On all.</param>
/// <param name="Times">How many times as fast, the median of the rounds' ratios.</param>
internal sealed record CoreRow(string Name, double OneNanoseconds, double TeamNanoseconds, double Times);
