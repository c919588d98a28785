using System.Globalization;
using System.Text;

namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>What was found and what it cost, in lines of text.</summary>
internal static class TelemetryReport
{
    /// <summary>The whole report.</summary>
    /// <param name="result">What was served.</param>
    /// <param name="evaluation">Held against the labels.</param>
    /// <param name="seconds">How long serving took.</param>
    public static string Of(ServingResult result, Evaluation evaluation, double seconds)
    {
        var text = new StringBuilder();
        foreach (var kind in evaluation.Faults.GroupBy(fault => fault.Fault.Kind))
        {
            (Fault Fault, double? Seconds)[] all = [.. kind];
            double[] times = [.. all.Where(fault => fault.Seconds is not null).Select(fault => fault.Seconds!.Value).Order()];
            string[] missed = [.. all.Where(fault => fault.Seconds is null).Select(fault => fault.Fault.Text).Distinct()];
            Add($"{all[0].Fault.KindText,-15} {all[0].Fault.Letter}  {times.Length} of {all.Length} found");
            Add(times.Length == 0 ? $"" : (FormattableString)$", after {times[times.Length / 2]:F2} s (median), {times[^1]:F2} s (worst)");
            Add(missed.Length == 0 ? $"" : (FormattableString)$"; missed: {string.Join(", ", missed)}");
            text.AppendLine();
        }

        Line($"all                {evaluation.Summary}");
        Line($"time of a step     {result.Times}");
        Line($"                   there are {1e3 / Sensors.Rate:G2} ms until the next; {result.Times.CountAbove(1e6 / Sensors.Rate)} took longer");
        if (result.Lateness.Count > 0)
        {
            Line($"woken late by      {result.Lateness}: by the operating system, and timers of whole milliseconds");
        }
        else
        {
            Line($"speed              {result.Scores.Length / Sensors.Rate / seconds:F0} times as fast as real time, with simulating");
        }

        Line($"memory             {result.AllocatedBytes} bytes allocated in {result.Times.Count:N0} steps");
        return text.ToString();

        void Add(FormattableString part) => text.Append(part.ToString(CultureInfo.InvariantCulture));

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
