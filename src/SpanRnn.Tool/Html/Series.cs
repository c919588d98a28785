namespace SpanRnn.Tool.Html;

/// <summary>A named line of points.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Color">Which of the page's colours, from 0; it goes round after <see cref="Colors"/>.</param>
/// <param name="Points">From left to right; those that are not finite are left out.</param>
internal sealed record Series(string Name, int Color, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>Colours the page has.</summary>
    public const int Colors = 8;

    /// <summary>The style sheet's name of the colour.</summary>
    public string Class => $"c{Color % Colors}";
}
