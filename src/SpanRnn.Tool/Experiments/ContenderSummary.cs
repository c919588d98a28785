namespace SpanRnn.Tool.Experiments;

/// <summary>Contenders of one name and several seeds, summed up.</summary>
internal sealed record ContenderSummary
{
    public required string Name { get; init; }

    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>The mean over the seeds, by the measures' ids.</summary>
    public required IReadOnlyDictionary<string, double> Mean { get; init; }

    /// <summary>The standard deviation over the seeds (with n - 1), by the measures' ids.</summary>
    public required IReadOnlyDictionary<string, double> Deviation { get; init; }

    /// <summary>One for each name that has more than one seed.</summary>
    public static IReadOnlyList<ContenderSummary> Of(IReadOnlyList<ContenderReport> models) =>
        [.. models.GroupBy(model => model.Contender.Name).Where(group => group.Count() > 1).Select(group => Of(group.Key, [.. group]))];

    private static ContenderSummary Of(string name, ContenderReport[] models)
    {
        string[] ids = [.. models[0].Figures.Keys.Where(id => models.All(model => model.Figures.ContainsKey(id)))]; // one that not all have has no mean
        return new ContenderSummary
        {
            Name = name,
            Seeds = [.. models.Select(model => model.Contender.Seed)],
            Mean = ids.ToDictionary(id => id, id => models.Average(model => model.Figures[id])),
            Deviation = ids.ToDictionary(id => id, id => Deviate([.. models.Select(model => model.Figures[id])])),
        };
    }

    private static double Deviate(double[] figures)
    {
        double mean = figures.Average();
        return Math.Sqrt(figures.Sum(figure => (figure - mean) * (figure - mean)) / (figures.Length - 1));
    }
}
