using SpanRnn.Models;

namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>
/// One machine's stream through the forecaster. With z = (change - foreseen) / its healthy deviation, at most 6, it keeps, for each sensor, moving averages:
/// of z over a second and over four (a bias: drift), of z^2 over a tenth of a second and over one (more than usual: shocks; less: a sensor whose
/// noise is gone). Each average is measured by how far healthy telemetry ever took it; the score is the largest of these measures.
/// </summary>
/// <remarks>
/// Such charts are Roberts's, "Control chart tests based on geometric moving averages" (1959), here over what a network could not foresee.
/// A step allocates nothing.
/// </remarks>
internal sealed class Detector : IDisposable
{
    /// <summary>Averages of each sensor.</summary>
    public const int Averages = 4;

    /// <summary>The first seconds have no score: state and averages begin at nothing.</summary>
    private const int WarmUp = 15 * Sensors.Rate;

    /// <summary>Beyond it an error is just large: one jump must not fill the averages for long.</summary>
    private const double MostError = 6;

    private static readonly double[] Rates = [1.0 / Sensors.Rate, 0.25 / Sensors.Rate, 10.0 / Sensors.Rate, 1.0 / Sensors.Rate];

    private readonly Forecaster _forecaster;
    private readonly DetectorScale _scale;
    private readonly SequenceSession? _session;
    private readonly float[] _previous = new float[Sensors.Count], _input = new float[Forecaster.Inputs], _foreseen = new float[Sensors.Count];
    private readonly double[] _averages = new double[Sensors.Count * Averages];
    private int _age;

    /// <param name="forecaster">Shared by all streams.</param>
    /// <param name="scale">What is usual.</param>
    public Detector(Forecaster forecaster, DetectorScale scale)
    {
        (_forecaster, _scale) = (forecaster, scale);
        _session = scale.Foresees ? forecaster.Model.CreateSession() : null;
        _session?.Prewarm(); // so that the first reading finds code compiled and weights in a cache
        for (int i = 0; i < _averages.Length; i++)
        {
            _averages[i] = IsPower(i) ? 1 : 0;
        }
    }

    /// <summary>z of each sensor in the last step.</summary>
    public double[] Errors { get; } = new double[Sensors.Count];

    /// <summary>Whether the first seconds are over.</summary>
    public bool IsWarm => _age > WarmUp;

    /// <summary>The sensor with the largest measure in the last step.</summary>
    public int Suspect { get; private set; }

    /// <summary>An average after the last step, z^2's as its logarithm. Sensor s has the indexes from s x <see cref="Averages"/> on.</summary>
    public double Average(int index) => IsPower(index) ? Math.Log(_averages[index] + 1e-9) : _averages[index];

    /// <summary>Takes a reading.</summary>
    /// <param name="reading">One number for each sensor.</param>
    /// <returns>The score: 1 is as far as the measured healthy telemetry ever went; 0 in the first seconds.</returns>
    public double Step(ReadOnlySpan<float> reading)
    {
        _forecaster.Scale(_age == 0 ? reading : _previous, reading, _input);
        reading.CopyTo(_previous);
        for (int s = 0; s < Sensors.Count; s++)
        {
            double z = Errors[s] = Math.Clamp((_input[Sensors.Count + s] - _foreseen[s]) / _scale.Deviation[s], -MostError, MostError);
            for (int a = 0; a < Averages; a++)
            {
                int index = s * Averages + a;
                _averages[index] += Rates[a] * ((IsPower(index) ? z * z : z) - _averages[index]);
            }
        }

        _session?.Step(_input, _foreseen);
        return ++_age > WarmUp ? Score() : 0;
    }

    public void Dispose() => _session?.Dispose();

    private static bool IsPower(int index) => index % Averages >= 2;

    private double Score()
    {
        double score = 0;
        for (int i = 0; i < _averages.Length; i++)
        {
            double off = Average(i) - _scale.Centre[i], measure = off > 0 ? off / _scale.Above[i] : -off / _scale.Below[i];
            if (measure > score)
            {
                (score, Suspect) = (measure, i / Averages);
            }
        }

        return score;
    }
}
