using Spectre.Console;
using SpanRnn.Tool.Reports;

namespace SpanRnn.Tool.Display;

/// <summary>The models side by side, a column each, and the bigram beside them.</summary>
internal static class ComparisonTable
{
    public static Table Of(ComparisonReport report)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("");
        foreach (ModelReport model in report.Models)
        {
            table.AddColumn(new TableColumn(Markup.Escape(model.Name)).RightAligned());
        }

        table.AddColumn(new TableColumn("bigram").RightAligned());
        Add(table, report, "parameters", model => Figures.Whole(model.Parameters));
        Add(table, report, "training loss (nats)", model => Figures.Two(model.TrainingLoss));
        Add(table, report, "training bits per character", model => Figures.Two(model.TrainingBits), Figures.Two(report.Text.BigramTrainingBits));
        Add(table, report, "held-out bits per character", model => Figures.Two(model.HeldOutBits), Figures.Two(report.Text.BigramHeldOutBits));
        Add(table, report, "weights kept of iteration", model => Figures.Whole(model.BestIteration));
        Add(table, report, "training seconds", model => Figures.One(model.Seconds));
        Add(table, report, "characters per second", model => Figures.Whole(model.CharactersPerSecond));
        Add(table, report, "µs per generated character", model => Figures.One(model.MicrosecondsPerCharacter));
        return table;
    }

    private static void Add(Table table, ComparisonReport report, string measure, Func<ModelReport, string> figure, string bigram = "") =>
        table.AddRow([new Markup(measure), .. report.Models.Select(model => new Markup(figure(model))), new Markup(bigram)]);
}
