namespace SpanRnn.Tool.Experiments.Forecast;

/// <summary>
/// From a series to what a model reads and answers, and back. u = g(y) with g the logarithm, a root or nothing; a simple guess b of the
/// next u from the past: none, the last u, or the last u and last period's change, u_t + u_(t+1-s) - u_(t-s). The model answers how far the
/// guess is off, z_(t+1) = (u_(t+1) - b_(t+1) - mean) / scale. Mean and scale are of the training months alone, unless it says otherwise.
/// </summary>
internal sealed class Transformation
{
    private readonly double[] _u;
    private readonly int _period;
    private readonly ForecastSettings _settings;
    private readonly double _mean, _scale, _level, _spread;

    /// <summary>Measures a series.</summary>
    /// <param name="series">Beyond its training months it is only used where a forecast may know it.</param>
    /// <param name="settings">How it is transformed.</param>
    public Transformation(TimeSeries series, ForecastSettings settings)
    {
        (_settings, _period) = (settings, series.Period);
        _u = [.. series.Values.Select(Root)];
        First = settings.Guess == Guess.None ? 0 : series.Period;
        int known = settings.ScalesByAll ? _u.Length : series.TrainingCount;
        double[] off = [.. Enumerable.Range(First + 1, known - First - 1).Select(t => _u[t] - GuessOf(t))];
        (_mean, _scale) = settings.Guess == Guess.None ? Range(_u[..known]) : (0, Deviation(off, 0));
        double[] training = _u[..series.TrainingCount];
        _level = training.Average();
        _spread = Deviation(training, _level);
    }

    /// <summary>The month from which on a forecast of the next one is made: before it the guess is not known.</summary>
    public int First { get; }

    /// <summary>Numbers of a step's input.</summary>
    public int InputSize => 1 + (_settings.ReadsSeason ? 1 : 0) + (_settings.ReadsLevel ? 1 : 0);

    /// <summary>What the model reads in month t: z_t; last period's z of the month to come; u_t. What is not known yet is 0.</summary>
    public void Input(int t, Span<float> x)
    {
        int i = 0;
        x[i++] = t > First || _settings.Guess == Guess.None ? (float)Target(t) : 0;
        if (_settings.ReadsSeason)
        {
            int last = t + 1 - _period;
            x[i++] = last > First ? (float)Target(last) : 0;
        }

        if (_settings.ReadsLevel)
        {
            x[i] = (float)((_u[t] - _level) / _spread);
        }
    }

    /// <summary>What the model shall answer the month before t: z_t.</summary>
    public double Target(int t) => (_u[t] - GuessOf(t) - _mean) / _scale;

    /// <summary>The forecast of month t in the data's units, from what the model answered the month before.</summary>
    public double Value(int t, double answer) => Unroot(answer * _scale + _mean + GuessOf(t));

    private double GuessOf(int t) => _settings.Guess switch
    {
        Guess.None => 0,
        Guess.Last => _u[t - 1],
        _ => _u[t - 1] + _u[t - _period] - _u[t - _period - 1],
    };

    private double Root(double value) => _settings.Scale switch
    {
        ForecastScale.Logarithm => Math.Log(value),
        ForecastScale.Root => Math.Sqrt(value),
        _ => value,
    };

    private double Unroot(double u) => _settings.Scale switch
    {
        ForecastScale.Logarithm => Math.Exp(u),
        ForecastScale.Root => Math.Max(0, u) * Math.Max(0, u),
        _ => u,
    };

    /// <summary>To 0 to 1.</summary>
    private static (double Lowest, double Width) Range(double[] values) => (values.Min(), Math.Max(1e-9, values.Max() - values.Min()));

    private static double Deviation(double[] values, double mean) =>
        Math.Max(1e-9, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
}
