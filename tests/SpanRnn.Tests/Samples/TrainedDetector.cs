extern alias telemetry;

using SpanRnn.Parameters;
using telemetry::SpanRnn.Samples.TelemetryAnomaly;

namespace SpanRnn.Tests.SamplePrograms;

/// <summary>A forecaster trained once for all tests, with less than the sample's own effort, and its threshold.</summary>
public sealed class TrainedDetector : IDisposable
{
    public TrainedDetector()
    {
        var random = new RandomStream(1);
        Forecaster = Forecaster.Train(Telemetry(random.Fork("training"), 60), units: 24, updates: 1500, seed: 1, default);
        Scale = DetectorScale.Measure(Forecaster, Telemetry(random.Fork("scale"), 30), foresees: true, default);
        Threshold = telemetry::SpanRnn.Samples.TelemetryAnomaly.Threshold
            .Choose(Forecaster, Scale, new Machine(random.Fork("calibration")), hours: 2, perHour: 1, default).Value;
    }

    internal Forecaster Forecaster { get; }

    internal DetectorScale Scale { get; }

    internal double Threshold { get; }

    public void Dispose() => Forecaster.Dispose();

    private static float[] Telemetry(RandomStream random, int minutes)
    {
        var machine = new Machine(random);
        float[] telemetry = new float[minutes * 60 * Sensors.Rate * Sensors.Count];
        for (int at = 0; at < telemetry.Length; at += Sensors.Count)
        {
            machine.Read(telemetry.AsSpan(at, Sensors.Count));
        }

        return telemetry;
    }
}
