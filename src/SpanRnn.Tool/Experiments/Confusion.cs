using System.Text.Json.Nodes;
using Spectre.Console;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Experiments;

/// <summary>How often each class was taken for each: rows are the true classes, columns what was answered.</summary>
/// <param name="names">Of the classes.</param>
internal sealed class Confusion(IReadOnlyList<string> names)
{
    private readonly int[,] _counts = new int[names.Count, names.Count];

    /// <summary>Answers counted.</summary>
    public int Total { get; private set; }

    /// <summary>The classes.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>How often <paramref name="truth"/> was taken for <paramref name="answer"/>.</summary>
    public int this[int truth, int answer] => _counts[truth, answer];

    /// <summary>Right answers as a part of all; NaN before the first.</summary>
    public double Accuracy => Enumerable.Range(0, names.Count).Sum(c => _counts[c, c]) / (double)Total;

    /// <summary>The mean of F1 over the classes that occur as a truth or as an answer.</summary>
    public double MacroF1 => Enumerable.Range(0, names.Count).Where(c => Truths(c) + Answers(c) > 0).Select(F1).DefaultIfEmpty(double.NaN).Average();

    /// <summary>By the ids of <see cref="Measure.Accuracy"/> and <see cref="Measure.MacroF1"/>.</summary>
    public IReadOnlyDictionary<string, double> Figures =>
        new Dictionary<string, double> { [Measure.Accuracy.Id] = Accuracy, [Measure.MacroF1.Id] = MacroF1 };

    /// <summary>Counts an answer.</summary>
    public void Add(int truth, int answer)
    {
        _counts[truth, answer]++;
        Total++;
    }

    /// <summary>Examples of a class.</summary>
    public int Truths(int truth) => Enumerable.Range(0, names.Count).Sum(answer => _counts[truth, answer]);

    /// <summary>Answers of a class.</summary>
    public int Answers(int answer) => Enumerable.Range(0, names.Count).Sum(truth => _counts[truth, answer]);

    /// <summary>Of the answers of a class the part that was right; 0 where there were none.</summary>
    public double Precision(int c) => Answers(c) == 0 ? 0 : _counts[c, c] / (double)Answers(c);

    /// <summary>Of the examples of a class the part that was found; 0 where there are none.</summary>
    public double Recall(int c) => Truths(c) == 0 ? 0 : _counts[c, c] / (double)Truths(c);

    /// <summary>2 precision recall / (precision + recall), 0 where both are 0.</summary>
    public double F1(int c) => _counts[c, c] == 0 ? 0 : 2.0 * _counts[c, c] / (Truths(c) + Answers(c));

    /// <summary>The counts, for few classes.</summary>
    public Table ToTable()
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("true \\ answered");
        foreach (string name in names)
        {
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        }

        for (int truth = 0; truth < names.Count; truth++)
        {
            int row = truth;
            table.AddRow([names[truth], .. Enumerable.Range(0, names.Count).Select(answer => _counts[row, answer] == 0 ? "." : Display.Figures.Whole(_counts[row, answer]))]);
        }

        return table;
    }

    /// <summary>A row for each class: examples, precision, recall, F1, and what it is most often taken for.</summary>
    public Table ToClassTable()
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("class");
        foreach (string column in (string[])["examples", "precision", "recall", "F1"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddColumn("most often taken for");
        for (int c = 0; c < names.Count; c++)
        {
            int row = c;
            int[] wrong = [.. Enumerable.Range(0, names.Count).Where(other => other != row && _counts[row, other] > 0).OrderByDescending(other => _counts[row, other]).Take(3)];
            table.AddRow(
            [
                Markup.Escape(names[c]), Display.Figures.Whole(Truths(c)), Percent(Precision(c)), Percent(Recall(c)), Percent(F1(c)),
                Markup.Escape(string.Join(", ", wrong.Select(other => $"{names[other]} {_counts[row, other]}"))),
            ]);
        }

        return table;
    }

    /// <summary>Classes and counts, for JSON.</summary>
    public JsonObject ToJson() => new()
    {
        ["classes"] = new JsonArray([.. names.Select(name => (JsonNode)name)]),
        ["confusion"] = new JsonArray([.. Enumerable.Range(0, names.Count).Select(truth =>
            (JsonNode)new JsonArray([.. Enumerable.Range(0, names.Count).Select(answer => (JsonNode)_counts[truth, answer])]))]),
    };

    private static string Percent(double part) => Measure.Accuracy.Text(part);
}
