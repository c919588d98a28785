using SpanRnn.Streaming;
using SpanRnn.Tool.Bench.Models;
using SpanRnn.Tool.Bench.Reports;
using SpanRnn.Tool.Bench.Timing;

namespace SpanRnn.Tool.Bench.Sections;

/// <summary>A step after long silence, in extreme input and after it, beside one of a lively stream, in turns.</summary>
internal static class FlatnessSection
{
    private const int Burst = 64;

    /// <summary>The most of the time that silent steps may take.</summary>
    private const double SilentPart = 0.4;

    /// <returns>Null where it was stopped before the first round ended.</returns>
    public static FlatnessRow? Measure(BenchModel model, WeightFormat format, int mostSilentSteps, double seconds, SectionTime time)
    {
        double until = time.Left - seconds;
        Stepped[] streams = [.. Enumerable.Range(0, 4).Select(_ => model.CreateStream(format))];
        try
        {
            (Stepped lively, Stepped silent, Stepped extreme, Stepped after) = (streams[0], streams[1], streams[2], streams[3]);
            double perStep = Turns.WarmedUp(TimedWork.Of(lively), Math.Min(0.01, seconds / 10), time);
            int silentSteps = (int)Math.Clamp(SilentPart * seconds / perStep, Math.Min(1000, mostSilentSteps), mostSilentSteps);
            silent.Feed(StepInput.Silent);
            for (int step = 0; step < silentSteps && !time.IsStopped; step += 1000)
            {
                int count = Math.Min(1000, silentSteps - step);
                StepRecorder.Run(silent, count);
                time.Did(count);
            }

            extreme.Feed(StepInput.Extreme);
            TimedWork[] works =
            [
                TimedWork.Of(lively), TimedWork.Of(silent), .. lively.TakesNumbers
                    ? [TimedWork.Of(extreme), TimedWork.Of(after) with { Before = () => Shout(after) }]
                    : (TimedWork[])[],
            ];
            RoundTimes[] times = Turns.Measure(works, Math.Max(0, time.Left - until), time);
            return double.IsNaN(times[0].Median) ? null : new FlatnessRow(
                model.Name, format, silentSteps, times[0].Median, times[1].RatioTo(times[0]),
                lively.TakesNumbers ? times[2].RatioTo(times[0]) : null, lively.TakesNumbers ? times[3].RatioTo(times[0]) : null);
        }
        finally
        {
            Array.ForEach(streams, stream => stream.Dispose());
        }
    }

    private static void Shout(Stepped stream)
    {
        stream.Feed(StepInput.Extreme);
        StepRecorder.Run(stream, Burst);
        stream.Feed(StepInput.Silent);
    }
}
