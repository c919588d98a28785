namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>From scores to alarms: one is raised when the score passes the threshold, and is over when it has stayed below for two seconds.</summary>
internal struct AlarmLatch(double threshold)
{
    private const int Quiet = 2 * Sensors.Rate;

    private int _quietSteps;

    /// <summary>Whether there is an alarm.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Takes a score.</summary>
    /// <returns>Whether an alarm was raised by it.</returns>
    public bool Step(double score)
    {
        bool isOver = score > threshold, isNew = isOver && !IsOn;
        _quietSteps = isOver ? 0 : _quietSteps + 1;
        IsOn = isOver || IsOn && _quietSteps < Quiet;
        return isNew;
    }

    /// <summary>Alarms in a row of scores.</summary>
    public static int Count(ReadOnlySpan<float> scores, double threshold)
    {
        var latch = new AlarmLatch(threshold);
        int count = 0;
        foreach (float score in scores)
        {
            count += latch.Step(score) ? 1 : 0;
        }

        return count;
    }
}
