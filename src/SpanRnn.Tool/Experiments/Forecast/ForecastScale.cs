namespace SpanRnn.Tool.Experiments.Forecast;

/// <summary>What makes the ups and downs of a series about equally large everywhere.</summary>
internal enum ForecastScale
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>For what grows by a part of itself.</summary>
    Logarithm,

    /// <summary>The square root, for counts.</summary>
    Root,
}
