using SpanRnn.Tool.Bench.Models;
using SpanRnn.Tool.Bench.Reports;
using SpanRnn.Tool.Bench.Timing;

namespace SpanRnn.Tool.Bench.Sections;

/// <summary>Many streams stepped together beside as many stepped one after the other, in turns.</summary>
internal static class StreamSection
{
    /// <returns>A row for each number of streams; none where it was stopped before the first round ended.</returns>
    public static IReadOnlyList<StreamRow> Measure(BenchModel model, IReadOnlyList<int> counts, double seconds, SectionTime time)
    {
        Stepped[] groups = [model.CreateGroup(counts.Max(), isTogether: false), .. counts.Select(count => model.CreateGroup(count, isTogether: true))];
        try
        {
            RoundTimes[] times = Turns.Measure([.. groups.Select(TimedWork.Of)], seconds, time);
            double alone = times[0].Median / groups[0].Streams;
            return double.IsNaN(alone) ? [] :
            [
                .. counts.Select((count, i) => new StreamRow(
                    model.Name, count, times[i + 1].Median / count, alone, times[0].RatioTo(times[i + 1]) * count / groups[0].Streams)),
            ];
        }
        finally
        {
            Array.ForEach(groups, group => group.Dispose());
        }
    }
}
