using System.Text;

namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>Scores over time, drawn with characters: a column for each second, the labels above, the alarms below.</summary>
internal static class ScoreStrip
{
    /// <summary>What the characters mean.</summary>
    public const string Legend = """
               a column is a second: above, which fault acts; its height, the largest score, ▁▂▃▄ up to 1/4, 1/2, 3/4 and 1
               of the threshold, ▅▆▇█ up to 2, 4, 8 times and beyond; below, ! where an alarm was raised
        """;

    private const int Columns = 120;
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>Lines of text, two minutes in each.</summary>
    /// <param name="result">What was served.</param>
    /// <param name="faults">What was injected.</param>
    /// <param name="threshold">From which score on there was an alarm.</param>
    /// <param name="minutes">How much is drawn at most.</param>
    public static string Draw(ServingResult result, IReadOnlyList<Fault> faults, double threshold, int minutes)
    {
        ReadOnlySpan<float> scores = result.Scores.Span;
        int seconds = Math.Min(60 * minutes, (scores.Length + Sensors.Rate - 1) / Sensors.Rate);
        var text = new StringBuilder();
        for (int first = 0; first < seconds; first += Columns)
        {
            StringBuilder labels = new(), heights = new(), raised = new();
            for (int second = first; second < Math.Min(first + Columns, seconds); second++)
            {
                int from = second * Sensors.Rate, to = Math.Min(from + Sensors.Rate, scores.Length);
                labels.Append(faults.FirstOrDefault(fault => fault.Start < to && fault.End > from)?.Letter ?? '.');
                float most = 0;
                foreach (float score in scores[from..to])
                {
                    most = Math.Max(most, score);
                }

                heights.Append(Block(most / threshold));
                raised.Append(result.Alarms.Any(alarm => alarm.Step >= from && alarm.Step < to) ? '!' : ' ');
            }

            text.AppendLine($"  {TimeSpan.FromSeconds(first):m\\:ss} fault  {labels}");
            text.AppendLine($"       score  {heights}");
            text.AppendLine($"       alarm  {raised}".TrimEnd());
        }

        return text.ToString();
    }

    private static char Block(double ratio) =>
        Blocks[ratio <= 1 ? Math.Clamp((int)Math.Ceiling(ratio * 4) - 1, 0, 3) : Math.Min(7, 4 + (int)Math.Log2(ratio))];
}
