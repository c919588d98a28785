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
        double minutes = line.Number("--minutes", isFast ? 60 : 2, least: 0.5, most: 3000), perHour = line.Number("--false-alarms", 1, 0, 3600);
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
        IEnumerable<string> errors = Sensors.Names.Select((name, s) => Text($"{name} {scale.Deviation[s]:F2}"));
        Print(output, $"           error of its forecasts on {ScaleMinutes} other minutes, where that of 'as now' is 1: {string.Join(", ", errors)}");
        Print(output, $"calibrated in {Since(begun):F1} s: a score of {threshold.Value:F2} is an alarm; {hours:G3} further healthy hours had {threshold.Alarms}, {perHour:G3} per hour asked for");

        int steps = (int)(minutes * 60 * Sensors.Rate);
        Fault[] faults = hasFaults ? FaultPlan.Draw(random.Fork("faults"), steps) : [];
        Print(output, $"serving    {minutes:G4} minutes {(isFast ? "as fast as it goes" : $"at {Sensors.Rate} Hz; Ctrl+C ends it early")}, {faults.Length} faults");
        using var detector = new Detector(forecaster, scale);
        begun = Stopwatch.GetTimestamp();
        var machine = new Machine(random.Fork("served"));
        ServingResult result = Serving.Run(detector, threshold.Value, machine, faults, steps, !isFast, isFast ? null : output.WriteLine, context.Stop);
        output.WriteLine();
        output.Write(ScoreStrip.Draw(result, faults, threshold.Value, DrawnMinutes));
        output.WriteLine(ScoreStrip.Legend);
        output.WriteLine();
        output.Write(TelemetryReport.Of(result, new Evaluation(faults, result.Alarms, result.Scores.Length), Since(begun)));
        context.Stop.ThrowIfCancellationRequested();

        // The same telemetry, faults and averages, but "as now" for the network's answer.
        (scale, threshold) = Calibrate(foresees: false);
        using var plain = new Detector(forecaster, scale);
        machine = new Machine(random.Fork("served"));
        result = Serving.Run(plain, threshold.Value, machine, faults, steps, isPaced: false, tell: null, context.Stop);
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

    private static double Since(long begun) => Stopwatch.GetElapsedTime(begun).TotalSeconds;

    private static void Print(TextWriter output, FormattableString text) => output.WriteLine(Text(text));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
