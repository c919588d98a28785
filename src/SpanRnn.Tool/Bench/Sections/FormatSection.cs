using SpanRnn.Streaming;
using SpanRnn.Tool.Bench.Models;
using SpanRnn.Tool.Bench.Reports;
using SpanRnn.Tool.Bench.Timing;

namespace SpanRnn.Tool.Bench.Sections;

/// <summary>One model's step with weights of each format, in turns.</summary>
internal static class FormatSection
{
    /// <returns>A row for each format; none where it was stopped before the first round ended.</returns>
    public static IReadOnlyList<FormatRow> Measure(BenchModel model, double seconds, SectionTime time)
    {
        Stepped[] streams = [.. model.Formats.Select(model.CreateStream)];
        try
        {
            RoundTimes[] times = Turns.Measure([.. streams.Select(TimedWork.Of)], seconds, time);
            return double.IsNaN(times[0].Median) ? [] : [.. model.Formats.Select((format, i) => RowOf(model, format, times[i], times[0]))];
        }
        finally
        {
            Array.ForEach(streams, stream => stream.Dispose());
        }
    }

    private static FormatRow RowOf(BenchModel model, WeightFormat format, RoundTimes times, RoundTimes float32)
    {
        long bytes = model.WeightBytes(format);
        return new FormatRow(model.Name, format, times.Median, float32.RatioTo(times), bytes, bytes / times.Median);
    }
}
