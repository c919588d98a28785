using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Training.Optimizers;
using SpanRnn.Training.Schedules;

namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>
/// A GRU that foresees the next change of every sensor. It reads, of each sensor, where it stands, (r - mean) / deviation, and what it changed
/// by, d / deviation of d; it answers what it will change by next, in the same measure. Changes rather than readings, for else the easy answer
/// "as now" would be nearly right and teach nothing.
/// </summary>
internal sealed class Forecaster : IDisposable
{
    public const int Inputs = 2 * Sensors.Count;

    /// <summary>Health has nothing beyond so many deviations; the network shall not see what it never learnt from.</summary>
    private const float Most = 6;

    private const int Steps = 64, Batch = 16;

    private readonly float[] _mean, _deviation, _changeDeviation;

    private Forecaster(SequenceModel model, float[] mean, float[] deviation, float[] changeDeviation) =>
        (Model, _mean, _deviation, _changeDeviation) = (model, mean, deviation, changeDeviation);

    /// <summary>The network; its weights are shared by all streams.</summary>
    public SequenceModel Model { get; }

    /// <summary>Trains one on healthy telemetry.</summary>
    /// <param name="telemetry">[steps, sensors].</param>
    /// <param name="units">Of the GRU.</param>
    /// <param name="updates">Batches of 16 pieces of 64 steps.</param>
    /// <param name="seed">Of the weights and the order; the same seed gives the same bits.</param>
    /// <param name="stop">Looked at between updates.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static Forecaster Train(ReadOnlySpan<float> telemetry, int units, int updates, ulong seed, CancellationToken stop)
    {
        var model = new SequenceModel(new()
        {
            Recurrent = new() { Cell = CellKind.Gru, InputSize = Inputs, HiddenSizes = [units] },
            Outputs = Sensors.Count,
        });
        try
        {
            model.Initialize(seed);
            var forecaster = new Forecaster(model, new float[Sensors.Count], new float[Sensors.Count], new float[Sensors.Count]);
            forecaster.Measure(telemetry);
            forecaster.Fit(telemetry, updates, new RandomStream(seed).Fork("order"), stop);
            return forecaster;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What the network reads.</summary>
    /// <param name="previous">The reading before.</param>
    /// <param name="reading">The reading now.</param>
    /// <param name="input"><see cref="Inputs"/> numbers.</param>
    public void Scale(ReadOnlySpan<float> previous, ReadOnlySpan<float> reading, Span<float> input)
    {
        for (int s = 0; s < Sensors.Count; s++)
        {
            input[s] = Math.Clamp((reading[s] - _mean[s]) / _deviation[s], -Most, Most);
            input[Sensors.Count + s] = Math.Clamp((reading[s] - previous[s]) / _changeDeviation[s], -Most, Most);
        }
    }

    public void Dispose() => Model.Dispose();

    private void Measure(ReadOnlySpan<float> telemetry)
    {
        int rows = telemetry.Length / Sensors.Count;
        for (int s = 0; s < Sensors.Count; s++)
        {
            double sum = 0, squares = 0, changes = 0;
            for (int t = 0; t < rows; t++)
            {
                double value = telemetry[t * Sensors.Count + s], change = t == 0 ? 0 : value - telemetry[(t - 1) * Sensors.Count + s];
                (sum, squares, changes) = (sum + value, squares + value * value, changes + change * change);
            }

            _mean[s] = (float)(sum / rows);
            _deviation[s] = (float)Math.Max(1e-6, Math.Sqrt(Math.Max(0, squares / rows - sum / rows * (sum / rows))));
            _changeDeviation[s] = (float)Math.Max(1e-6, Math.Sqrt(changes / rows));
        }
    }

    private void Fit(ReadOnlySpan<float> telemetry, int updates, RandomStream order, CancellationToken stop)
    {
        using var trainer = new Trainer(Model, new()
        {
            Steps = Steps,
            Batch = Batch,
            Optimizer = new Adam(),
            Schedule = Schedule.Cosine(0.005, updates, minimum: 0.0002),
            MaxGradientNorm = 1,
        });
        float[] x = new float[Steps * Batch * Inputs], targets = new float[Steps * Batch * Sensors.Count], row = new float[Inputs];
        int starts = telemetry.Length / Sensors.Count - Steps - 1;
        for (int update = 0; update < updates; update++)
        {
            stop.ThrowIfCancellationRequested();
            for (int b = 0; b < Batch; b++)
            {
                int start = 1 + order.NextInt32(starts);
                for (int t = 0; t < Steps; t++)
                {
                    ReadOnlySpan<float> readings = telemetry.Slice((start + t - 1) * Sensors.Count, 3 * Sensors.Count);
                    Scale(readings[..Sensors.Count], readings.Slice(Sensors.Count, Sensors.Count), x.AsSpan((t * Batch + b) * Inputs, Inputs));
                    Scale(readings.Slice(Sensors.Count, Sensors.Count), readings[(2 * Sensors.Count)..], row);
                    row.AsSpan(Sensors.Count).CopyTo(targets.AsSpan((t * Batch + b) * Sensors.Count));
                }
            }

            trainer.Step(x, targets, Batch);
        }
    }
}
