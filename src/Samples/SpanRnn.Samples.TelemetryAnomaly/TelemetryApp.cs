using System.Diagnostics;
using System.Globalization;
using SpanRnn.Parameters;

namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>Trains, calibrates, serves, reports.</summary>
internal static class TelemetryApp
{
    public const string Help = """
        Trains a GRU on healthy telemetry of a simulated machine, sets an alarm threshold, then watches the machine at 125 Hz while faults
        are injected, and tells what it found.

          --fast               serve as fast as it goes rather than at 125 Hz
          --minutes M          of telemetry to serve (2; with --fast 60)
          --no-faults          inject none: every alarm is false
          --false-alarms R     per hour, that the threshold may give (1)
          --calibration H      hours of healthy telemetry that set the threshold (6)
          --updates N          of training (3000)
          --units N            of the GRU (32)
          --seed N             of the machine, the faults and the weights (1)
        """;

    private const int TrainingMinutes = 120, ScaleMinutes = 60, DrawnMinutes = 6;

    public static void Run(SampleContext context)
    {
        CommandLine line = context.Arguments;
        bool isFast = line.Flag("--fast"), hasFaults = !line.Flag("--no-faults");
        double minutes = line.Number("--minutes", isFast ? 60 : 2, least: 0.5, most: 10_000), perHour = line.Number("--false-alarms", 1, 0, 3600);
        double hours = line.Number("--calibration", 6, 0.1, 100);
        int updates = line.Whole("--updates", 3000, least: 1), units = line.Whole("--units", 32, 1, 1024), seed = line.Whole("--seed", 1, least: 0);
        line.Finish();

        TextWriter output = context.Output;
        var random = new RandomStream((ulong)seed);
        long begun = Stopwatch.GetTimestamp();
        using Forecaster forecaster = Forecaster.Train(Healthy(random, "training", TrainingMinutes), units, updates, (ulong)seed, context.Stop);
        Print(output, $"trained    a GRU of {units} units on {TrainingMinutes} minutes of healthy telemetry, {updates} updates, in {Since(begun):F1} s");

        begun = Stopwatch.GetTimestamp();
        float[] further = Healthy(random, "scale", ScaleMinutes);
        (DetectorScale scale, Threshold threshold) = Calibrate(foresees: true);
        IEnumerable<string> errors = Sensors.Names.Select((name, s) => string.Create(CultureInfo.InvariantCulture, $"{name} {scale.Deviation[s]:F2}"));
        Print(output, $"           what it does not foresee of the usual change, on {ScaleMinutes} other minutes: {string.Join(", ", errors)} ('as now': 1)");
        Print(output, $"calibrated on {hours:G3} further healthy hours in {Since(begun):F1} s: threshold {threshold.Value:F2}, which they passed {threshold.Alarms} times ({perHour:G3} per hour asked for)");

        int steps = (int)(minutes * 60 * Sensors.Rate);
        Fault[] faults = hasFaults ? FaultPlan.Draw(random.Fork("faults"), steps) : [];
        Print(output, $"serving    {minutes:G4} minutes {(isFast ? "as fast as it goes" : $"at {Sensors.Rate} Hz; Ctrl+C ends it early")}, {faults.Length} faults");
        using var detector = new Detector(forecaster, scale);
        begun = Stopwatch.GetTimestamp();
        ServingResult result = Serving.Run(
            detector, threshold.Value, new Machine(random.Fork("served")), faults, steps, !isFast, isFast ? null : output.WriteLine, context.Stop);
        output.WriteLine();
        output.Write(ScoreStrip.Draw(result, faults, threshold.Value, DrawnMinutes));
        output.WriteLine($"       {ScoreStrip.Legend}");
        output.WriteLine();
        Report(output, result, new Evaluation(faults, result.Alarms, result.Scores.Length), Since(begun));
        context.Stop.ThrowIfCancellationRequested();

        // The same telemetry, faults and averages, but "as now" for the network's answer.
        (scale, threshold) = Calibrate(foresees: false);
        using var plain = new Detector(forecaster, scale);
        result = Serving.Run(plain, threshold.Value, new Machine(random.Fork("served")), faults, steps, isPaced: false, tell: null, context.Stop);
        context.Stop.ThrowIfCancellationRequested();
        var evaluation = new Evaluation(faults, result.Alarms, steps);
        Print(output, $"without a network  the same averages over plain changes: {evaluation.Summary}");

        (DetectorScale, Threshold) Calibrate(bool foresees)
        {
            DetectorScale measured = DetectorScale.Measure(forecaster, further, foresees, context.Stop);
            return (measured, Threshold.Choose(forecaster, measured, new Machine(random.Fork("calibration")), hours, perHour, context.Stop));
        }
    }

    /// <summary>Readings of a machine of its own: [steps, sensors].</summary>
    private static float[] Healthy(RandomStream random, string name, int minutes)
    {
        var machine = new Machine(random.Fork(name));
        float[] telemetry = new float[minutes * 60 * Sensors.Rate * Sensors.Count];
        for (int at = 0; at < telemetry.Length; at += Sensors.Count)
        {
            machine.Read(telemetry.AsSpan(at, Sensors.Count));
        }

        return telemetry;
    }

    private static void Report(TextWriter output, ServingResult result, Evaluation evaluation, double seconds)
    {
        foreach (var kind in evaluation.Faults.GroupBy(fault => fault.Fault.Kind))
        {
            double[] times = [.. kind.Where(fault => fault.Seconds is not null).Select(fault => fault.Seconds!.Value).Order()];
            string soon = times.Length == 0 ? "" : FormattableString.Invariant($", after {times[times.Length / 2]:F2} s (median), {times[^1]:F2} s (worst)");
            string missed = string.Join(", ", kind.Where(fault => fault.Seconds is null).Select(fault => fault.Fault.Text).Distinct());
            Print(output, $"{kind.First().Fault.Text.Split(" (")[0],-15} {kind.First().Fault.Letter}  {times.Length} of {kind.Count()} found{soon}{(missed.Length > 0 ? $"; missed: {missed}" : "")}");
        }

        Print(output, $"all                {evaluation.Summary}");
        Print(output, $"time of a step     {result.Times}, of {1e3 / Sensors.Rate:G2} ms until the next; {result.Times.CountAbove(1e6 / Sensors.Rate)} took longer");
        if (result.Lateness.Count > 0)
        {
            Print(output, $"woken late by      {result.Lateness}: the operating system and a timer of whole milliseconds");
        }
        else
        {
            Print(output, $"speed              {result.Scores.Length / Sensors.Rate / seconds:F0} times as fast as real time, simulating included");
        }

        Print(output, $"memory             {result.AllocatedBytes} bytes allocated in {result.Times.Count:N0} steps");
    }

    private static double Since(long begun) => Stopwatch.GetElapsedTime(begun).TotalSeconds;

    private static void Print(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
