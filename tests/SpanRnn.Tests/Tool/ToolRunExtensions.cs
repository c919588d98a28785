using System.Text.Json;
using Xunit;

namespace SpanRnn.Tests.Tool;

internal static class ToolRunExtensions
{
    /// <summary>Runs a command line that must succeed and print JSON.</summary>
    public static JsonElement Json(this ToolRun tool, string line)
    {
        int code = tool.Run(line);
        Assert.True(code == 0, $"exit code {code}: {tool.Error}");
        using var json = JsonDocument.Parse(tool.Output);
        return json.RootElement.Clone();
    }

    /// <summary>A figure of the model of that id.</summary>
    public static double Figure(this JsonElement report, string id, string measure) => report.GetProperty("models").EnumerateArray()
        .Single(model => model.GetProperty("contender").GetProperty("id").GetString() == id)
        .GetProperty("figures").GetProperty(measure).GetDouble();

    /// <summary>A figure of the baseline of that name.</summary>
    public static double Baseline(this JsonElement report, string name, string measure) => report.GetProperty("baselines").EnumerateArray()
        .Single(baseline => baseline.GetProperty("name").GetString() == name)
        .GetProperty("figures").GetProperty(measure).GetDouble();

    /// <summary>Runs a command line that must be refused with exit code 2 and a message without a stack trace.</summary>
    public static void Refused(this ToolRun tool, string line, params string[] parts)
    {
        Assert.Equal(2, tool.Run(line));
        foreach (string part in parts)
        {
            Assert.Contains(part, tool.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", tool.Error, StringComparison.Ordinal);
    }
}
