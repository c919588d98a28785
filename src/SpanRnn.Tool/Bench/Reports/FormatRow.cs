using SpanRnn.Streaming;

namespace SpanRnn.Tool.Bench.Reports;

/// <summary>One model's step with weights of one format.</summary>
/// <param name="Name">The model's.</param>
/// <param name="Format">Of its weights.</param>
/// <param name="Nanoseconds">Of a step, the median of the rounds.</param>
/// <param name="TimesFloat32">How many times as fast as with float32, the median of the rounds' ratios.</param>
/// <param name="WeightBytes">That a step reads.</param>
/// <param name="GigabytesPerSecond">At which it reads them.</param>
internal sealed record FormatRow(
    string Name, WeightFormat Format, double Nanoseconds, double TimesFloat32, long WeightBytes, double GigabytesPerSecond);
