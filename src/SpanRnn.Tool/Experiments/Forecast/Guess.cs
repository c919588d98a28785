namespace SpanRnn.Tool.Experiments.Forecast;

/// <summary>What a model's answer is added to.</summary>
internal enum Guess
{
    /// <summary>Nothing: it answers the value itself, scaled to 0 to 1.</summary>
    None,

    /// <summary>The last value: it answers the change (first differences).</summary>
    Last,

    /// <summary>The last value and last period's change: first and seasonal differences.</summary>
    LastAndSeason,
}
