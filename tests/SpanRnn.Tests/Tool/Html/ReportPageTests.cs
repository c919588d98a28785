using System.Text.RegularExpressions;
using System.Xml.Linq;
using SpanRnn.Tool.Html;
using Xunit;

namespace SpanRnn.Tests.Tool.Html;

public sealed class ReportPageTests
{
    private const string Wild = "<script>alert('1')</script> & \"quotes\" \u0001 早餐 \ud83d";

    [Fact]
    public void A_page_is_well_formed_escaped_and_needs_nothing_else()
    {
        string html = Page([(0, 1), (1, double.NaN), (2, 3)]).ToHtml();
        CheckSelfContained(html);
        XElement root = XDocument.Parse(html).Root!;
        Assert.Equal("html", root.Name.LocalName);
        Assert.Equal(3, root.Descendants("svg").Count());
        Assert.Empty(root.Descendants("script"));
        Assert.Contains("早餐", root.Value, StringComparison.Ordinal);
        Assert.Contains("<script>alert('1')</script>", root.Descendants("h1").Single().Value, StringComparison.Ordinal);
        Assert.Equal(["1.5", "-"], root.Descendants("td").Select(cell => cell.Value));
        Assert.Equal("best", (string?)root.Descendants("td").First().Attribute("class"));
    }

    [Fact]
    public void Charts_without_anything_to_draw_are_left_out()
    {
        string html = (Page([(0, double.NaN)]) with { Curves = [new LineChart("empty", "x", [new Series("a", 0, [(0, double.NaN)])])], Bars = [new BarChart("none", "", [("a", 0, double.NaN, "-")])] }).ToHtml();
        Assert.Empty(XDocument.Parse(html).Descendants("svg"));
        Assert.DoesNotContain("Learning curves", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_stay_within_their_chart()
    {
        string svg = new LineChart("t", "x", [new Series("a", 0, [.. Enumerable.Range(0, 5_000).Select(i => ((double)i, Math.Sin(i) * 1e-3 - 7))])]).ToHtml();
        XElement line = XDocument.Parse(svg).Descendants("polyline").Single();
        double[][] points = [.. ((string)line.Attribute("points")!).Split(' ').Select(point => point.Split(',').Select(double.Parse).ToArray())];
        Assert.InRange(points.Length, 100, 400);
        Assert.All(points, point => Assert.True(point[0] is >= 0 and <= 560 && point[1] is >= 0 and <= 300));
        Assert.True(points[^1][0] > 480);
    }

    [Theory]
    [InlineData(0, 1, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0, 3.2, "0 1 2 3 4")]
    [InlineData(-12, 30, "-20 -10 0 10 20 30")]
    [InlineData(0, 20_000, "0 5,000 10,000 15,000 20,000")]
    [InlineData(0, 4_000_000, "0 1M 2M 3M 4M")]
    public void An_axis_marks_round_numbers(double least, double most, string marks)
    {
        var axis = new Axis(least, most);
        Assert.Equal(marks, string.Join(' ', axis.Marks.Select(axis.Text)));
        Assert.Equal((0, 1), (axis.At(axis.Least), axis.At(axis.Most)));
    }

    [Fact]
    public void An_axis_of_one_number_has_room_around_it()
    {
        foreach (double number in (double[])[0, 5, -1e6, 1e-12])
        {
            var axis = new Axis(number, number);
            Assert.InRange(axis.At(number), 0.01, 0.99);
        }
    }

    /// <summary>No script, no link, no image, no address of anything.</summary>
    internal static void CheckSelfContained(string html)
    {
        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(new Regex("<(script|link|img|iframe|object|embed|base|a)\\b", RegexOptions.IgnoreCase), html);
        Assert.DoesNotMatch(new Regex("\\b(src|href|url|on\\w+)\\s*[=(]", RegexOptions.IgnoreCase), html);
        Assert.DoesNotContain("@import", html, StringComparison.OrdinalIgnoreCase);
        XDocument.Parse(html);
    }

    private static ReportPage Page((double, double)[] points) => new()
    {
        Title = Wild,
        Lead = [Wild],
        Heading = ["", "x", "y"],
        Rows = [[("a", false), ("1.5", true), ("-", false)]],
        Bars = [new BarChart(Wild, Wild, [(Wild, 0, 3, Wild), ("b", 9, double.NaN, "-")])],
        Curves = [new LineChart(Wild, Wild, [new Series(Wild, 1, points)]), new LineChart("one", "x", [new Series("p", 0, [(1, 1)])])],
        Notes = [Wild],
    };
}
