namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>What is usual in healthy telemetry.</summary>
/// <param name="Deviation">Of each sensor: of what the forecaster did not foresee.</param>
/// <param name="Centre">Of each of the detector's averages: its mean.</param>
/// <param name="Above">How far above that it ever went.</param>
/// <param name="Below">How far below.</param>
/// <param name="Foresees">Whether the network is asked, or "as now" taken for its answer: what is gained by it.</param>
internal sealed record DetectorScale(bool Foresees, double[] Deviation, double[] Centre, double[] Above, double[] Below)
{
    /// <summary>Measures a machine that is known to be healthy.</summary>
    /// <param name="forecaster">Trained on other telemetry.</param>
    /// <param name="telemetry">[steps, sensors].</param>
    /// <param name="foresees">Whether the network is asked.</param>
    /// <param name="stop">Looked at now and then.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static DetectorScale Measure(Forecaster forecaster, ReadOnlySpan<float> telemetry, bool foresees, CancellationToken stop)
    {
        int averages = Sensors.Count * Detector.Averages;
        var unit = new DetectorScale(foresees, [1, 1, 1, 1], new double[averages], new double[averages], new double[averages]);
        double[] squares = new double[Sensors.Count];
        long count = 0;
        Walk(unit, telemetry, detector =>
        {
            count++;
            for (int s = 0; s < Sensors.Count; s++)
            {
                squares[s] += detector.Errors[s] * detector.Errors[s];
            }
        });

        DetectorScale scale = unit with { Deviation = [.. squares.Select(sum => Math.Max(1e-6, Math.Sqrt(sum / count)))] };
        double[] sums = new double[averages], least = new double[averages], most = new double[averages];
        Array.Fill(least, double.MaxValue);
        Array.Fill(most, double.MinValue);
        Walk(scale, telemetry, detector =>
        {
            for (int i = 0; i < averages; i++)
            {
                double value = detector.Average(i);
                sums[i] += value;
                (least[i], most[i]) = (Math.Min(least[i], value), Math.Max(most[i], value));
            }
        });

        double[] centre = [.. sums.Select(sum => sum / count)];
        return scale with
        {
            Centre = centre,
            Above = [.. centre.Select((mean, i) => Math.Max(1e-6, most[i] - mean))],
            Below = [.. centre.Select((mean, i) => Math.Max(1e-6, mean - least[i]))],
        };

        void Walk(DetectorScale by, ReadOnlySpan<float> readings, Action<Detector> look)
        {
            using var detector = new Detector(forecaster, by);
            for (int t = 0; t < readings.Length / Sensors.Count; t++)
            {
                detector.Step(readings.Slice(t * Sensors.Count, Sensors.Count));
                if (detector.IsWarm)
                {
                    look(detector);
                }

                if (t % 4096 == 0)
                {
                    stop.ThrowIfCancellationRequested();
                }
            }
        }
    }
}
