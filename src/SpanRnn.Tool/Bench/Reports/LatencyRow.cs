using SpanRnn.Streaming;

namespace SpanRnn.Tool.Bench.Reports;

/// <summary>Steps of one model, alone and beside a thread that makes garbage.</summary>
internal sealed record LatencyRow(string Name, WeightFormat Format, LatencyFigures Alone, LatencyFigures BesideGarbage);
