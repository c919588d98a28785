namespace SpanRnn.Tool.Bench;

/// <summary>What <c>bench</c> measures, in this order.</summary>
internal enum BenchSection
{
    Latency,
    Formats,
    Streams,
    Flatness,
    Cores,
}
