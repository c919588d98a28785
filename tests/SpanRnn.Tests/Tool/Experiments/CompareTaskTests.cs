using System.Text.Json;
using System.Xml.Linq;
using SpanRnn.Tests.Tool.Html;
using SpanRnn.Tool;
using SpanRnn.Tool.Commands;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

public sealed class CompareTaskTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Every_cell_in_both_forms_is_compared_on_an_experiment_as_table_json_and_page()
    {
        Assert.Equal(0, _tool.Run("compare --task intent --bidirectional --epochs 2 --hidden 8 --embedding 8 --json --html {0}/page.html --out {0}/runs"));
        using var json = JsonDocument.Parse(_tool.Output);
        Assert.Equal(
            ["RNN (tanh)", "bidirectional RNN (tanh)", "LSTM", "bidirectional LSTM", "GRU", "bidirectional GRU"],
            json.RootElement.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("contender").GetProperty("name").GetString()));
        foreach (string part in (string[])["parameters", "macro-F1", "training s", "µs each", "nearest sentence"])
        {
            Assert.Contains(part, _tool.Error, StringComparison.Ordinal);
        }

        string html = File.ReadAllText(_tool.Path("page.html"));
        ReportPageTests.CheckSelfContained(html);
        XElement root = XDocument.Parse(html).Root!;
        Assert.Equal(7, root.Descendants("tbody").Single().Elements("tr").Count());
        Assert.Equal(5 + 2, root.Descendants("svg").Count());         // two measures, parameters, two times; the loss by update and by time
        Assert.Equal(6, root.Descendants("polyline").Count() / 2);
        Assert.Contains("--bidirectional", root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_more_than_a_page_compare_is_the_same_as_ever()
    {
        Assert.Equal(0, _tool.Run($"compare --task text --text {_tool.Text} --out {{0}}/runs --html {{0}}/deep/page.html --iterations 10 {ToolRun.Small}"));
        Assert.Contains("held-out bits per character", _tool.Output, StringComparison.Ordinal);
        string html = File.ReadAllText(_tool.Path("deep/page.html"));
        ReportPageTests.CheckSelfContained(html);
        Assert.Equal(4, XDocument.Parse(html).Descendants("tbody").Single().Elements("tr").Count());
        Assert.Contains("bigram", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.Equal(2, _tool.Run("compare --task chess"));
        Assert.Contains("--task: expected one of text, ", _tool.Error, StringComparison.Ordinal);
        Assert.Contains("found 'chess'.", _tool.Error, StringComparison.Ordinal);
        Assert.Equal(2, _tool.Run("compare --task forecast --bidirectional"));
        Assert.Contains("forecast has no bidirectional form", _tool.Error, StringComparison.Ordinal);
        Assert.Equal(2, _tool.Run($"compare --task intent --html {_tool.Path(".")}"));
        Assert.Contains("cannot be written there", _tool.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compare --task x --epochs 2", "x --compared --epochs 2")]
    [InlineData("compare --epochs 2 --task=y", "y --compared --epochs 2")]
    [InlineData("compare --task text --text f", "compare --text f")]
    [InlineData("compare --text f", "compare --text f")]
    [InlineData("train --task x", "train --task x")]
    public void A_task_is_its_own_command(string line, string resolved) =>
        Assert.Equal(resolved, string.Join(' ', ComparedTask.Resolve(line.Split(' '), ["x", "y"])));

    [Theory]
    [InlineData("compare --task")]
    [InlineData("compare --task x --task y")]
    [InlineData("compare --task z")]
    public void A_task_is_named_once_and_exists(string line) =>
        Assert.Throws<ToolException>(() => ComparedTask.Resolve(line.Split(' '), ["x", "y"]));
}
