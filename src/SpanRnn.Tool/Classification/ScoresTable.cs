using System.Text.Json.Nodes;
using Spectre.Console;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Classification;

/// <summary>A classifier's answers by class, drawn and as JSON.</summary>
internal static class ScoresTable
{
    /// <summary>A row for each class: how many there are, precision, recall, F1, and what they were taken for.</summary>
    public static Table Of(ClassScores scores, IReadOnlyList<string> classes)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("");
        foreach (string column in (string[])["texts", "precision", "recall", "F1", .. classes.Select(name => $"as {name}")])
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        }

        for (int label = 0; label < scores.Classes; label++)
        {
            int row = label;
            string[] cells =
            [
                classes[row], $"{scores.Of(row)}", .. ((double[])[scores.Precision(row), scores.Recall(row), scores.F1(row)]).Select(part => Measure.Accuracy.Text(part)),
                .. Enumerable.Range(0, scores.Classes).Select(answer => $"{scores[row, answer]}"),
            ];
            table.AddRow([.. cells.Select(cell => new Markup(Markup.Escape(cell)))]);
        }

        return table;
    }

    /// <summary>The counts, a row for each class.</summary>
    public static JsonObject Json(ClassScores scores, IReadOnlyList<string> classes) => new()
    {
        ["classes"] = new JsonArray([.. classes.Select(name => (JsonNode)name)]),
        ["confusion"] = new JsonArray([.. Enumerable.Range(0, scores.Classes).Select(label =>
            (JsonNode)new JsonArray([.. Enumerable.Range(0, scores.Classes).Select(answer => (JsonNode)scores[label, answer])]))]),
    };
}
