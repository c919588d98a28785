namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>The score from which on there is an alarm, chosen for a stated rate of false alarms.</summary>
/// <param name="Value">The threshold.</param>
/// <param name="Alarms">How often healthy telemetry passed it.</param>
/// <param name="Hours">Of healthy telemetry.</param>
internal sealed record Threshold(double Value, int Alarms, double Hours)
{
    /// <summary>The lowest threshold that healthy telemetry passes no more often than asked for.</summary>
    /// <param name="forecaster">Trained on other telemetry.</param>
    /// <param name="scale">Measured on other telemetry.</param>
    /// <param name="machine">Healthy, another than those.</param>
    /// <param name="hours">How long it is watched.</param>
    /// <param name="perHour">False alarms that may be, per hour.</param>
    /// <param name="stop">Looked at now and then.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static Threshold Choose(Forecaster forecaster, DetectorScale scale, Machine machine, double hours, double perHour, CancellationToken stop)
    {
        float[] scores = new float[(int)(hours * 3600 * Sensors.Rate)];
        Span<float> reading = stackalloc float[Sensors.Count];
        using var detector = new Detector(forecaster, scale);
        for (int t = 0; t < scores.Length; t++)
        {
            machine.Read(reading);
            scores[t] = (float)detector.Step(reading);
            if (t % 4096 == 0)
            {
                stop.ThrowIfCancellationRequested();
            }
        }

        int allowed = (int)(perHour * hours);
        double low = 0, high = Math.BitIncrement(scores.Max());
        for (int i = 0; i < 40; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = AlarmLatch.Count(scores, middle) <= allowed ? (low, middle) : (middle, high);
        }

        return new Threshold(high, AlarmLatch.Count(scores, high), hours);
    }
}
