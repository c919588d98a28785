namespace SpanRnn.Tool.Bench.Reports;

/// <summary>Many streams stepped together.</summary>
/// <param name="Name">The model's.</param>
/// <param name="Streams">How many.</param>
/// <param name="Nanoseconds">For each stream's step, the median of the rounds.</param>
/// <param name="AloneNanoseconds">For each stream's step where streams are stepped one after the other.</param>
/// <param name="TimesAlone">How many times as fast as that, the median of the rounds' ratios.</param>
internal sealed record StreamRow(string Name, int Streams, double Nanoseconds, double AloneNanoseconds, double TimesAlone);
