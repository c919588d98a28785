namespace SpanRnn.Tool.Experiments;

/// <summary>A row of the table that is no model of this run.</summary>
/// <param name="Name">"majority", "published (LSTM)".</param>
/// <param name="Figures">By the ids of <see cref="IExperiment.Measures"/>; what is missing is shown as "-".</param>
internal sealed record BaselineReport(string Name, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>Where a published figure is from, or how a computed one is made.</summary>
    public string? Source { get; init; }
}
