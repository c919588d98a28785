using System.Diagnostics;

namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>The loop: wait for the next reading, step the detector, raise alarms.</summary>
internal static class Serving
{
    /// <summary>Serves until the steps are over, or it is stopped: then what was served until then counts.</summary>
    /// <param name="detector">New.</param>
    /// <param name="threshold">From which score on there is an alarm.</param>
    /// <param name="machine">Gives the readings.</param>
    /// <param name="faults">What is injected, in the order of time.</param>
    /// <param name="steps">How many at most.</param>
    /// <param name="isPaced">Whether a step begins every 8 ms, or as soon as the last is done.</param>
    /// <param name="tell">Gets a line for each event; null for none.</param>
    /// <param name="stop">Ctrl+C.</param>
    public static ServingResult Run(
        Detector detector, double threshold, Machine machine, IReadOnlyList<Fault> faults, int steps, bool isPaced, Action<string>? tell,
        CancellationToken stop)
    {
        LatencyRecorder times = new(steps), lateness = new(isPaced ? steps : 0);
        var pacer = new Pacer(TimeSpan.FromSeconds(1.0 / Sensors.Rate));
        var alarms = new List<Alarm>();
        var latch = new AlarmLatch(threshold);
        float[] scores = new float[steps], reading = new float[Sensors.Count];
        int next = 0, step = 0;
        long allocated = 0;
        for (; step < steps && !stop.IsCancellationRequested; step++)
        {
            if (isPaced)
            {
                lateness.AddTicks(pacer.Wait(stop));
            }

            next += next < faults.Count && faults[next].End <= step ? 1 : 0;
            Fault? fault = next < faults.Count && faults[next].Start <= step ? faults[next] : null;
            machine.Read(reading, fault, fault is null ? 0 : step - fault.Start);

            long before = GC.GetAllocatedBytesForCurrentThread(), begun = Stopwatch.GetTimestamp();
            double score = detector.Step(reading);
            bool isNew = latch.Step(score);
            times.Add(begun);
            long after = GC.GetAllocatedBytesForCurrentThread();
            allocated += after - before;

            scores[step] = (float)score;
            if (isNew)
            {
                alarms.Add(new Alarm(step, detector.Suspect));
            }

            if (tell is not null)
            {
                Tell(step, score, isNew ? detector.Suspect : -1, fault, faults, tell);
            }
        }

        return new ServingResult(scores.AsMemory(0, step), alarms, times, lateness, allocated);
    }

    private static void Tell(int step, double score, int suspect, Fault? fault, IReadOnlyList<Fault> faults, Action<string> tell)
    {
        string time = $"{TimeSpan.FromSeconds(step / Sensors.Rate):m\\:ss}";
        if (fault?.Start == step)
        {
            tell($"  {time}  fault: {fault.Text}");
        }
        else if (faults.Any(past => past.End == step))
        {
            tell($"  {time}  healthy again");
        }

        if (suspect >= 0)
        {
            tell(FormattableString.Invariant($"  {time}  ALARM: {Sensors.Names[suspect]} is not as foreseen, score {score:F1}"));
        }
    }
}
