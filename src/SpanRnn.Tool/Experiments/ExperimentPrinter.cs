using Spectre.Console;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Experiments;

/// <summary>An experiment's report for people: the table, and what the models' judgements draw.</summary>
internal static class ExperimentPrinter
{
    public static void Results(Screen screen, ExperimentReport report, IReadOnlyList<Measure> measures)
    {
        if (report.Models.Count == 0)
        {
            return;
        }

        screen.Draw(TableOf(report, measures));
        foreach (IGrouping<string?, BaselineReport> source in report.Baselines.Where(baseline => baseline.Source is not null).GroupBy(baseline => baseline.Source))
        {
            screen.Notes.WriteLine($"{string.Join("; ", source.Select(baseline => baseline.Name))}: {source.Key}");
        }

        foreach (ContenderReport model in report.Models.Where(model => model.Drawings.Count > 0))
        {
            screen.Notes.WriteLine();
            screen.Notes.WriteLine($"{model.Contender.Name}, seed {model.Contender.Seed}:");
            foreach (Spectre.Console.Rendering.IRenderable drawing in model.Drawings)
            {
                screen.Draw(drawing);
            }
        }

        screen.Notes.WriteLine();
        foreach (ContenderReport model in report.Models)
        {
            screen.Notes.WriteLine($"{model.Contender.Name}, seed {model.Contender.Seed}: {model.Ended}, weights of iteration {Figures.Whole(model.BestIteration)}; {model.ModelFile}");
        }
    }

    /// <summary>A row for each baseline, model and summary over seeds.</summary>
    private static Table TableOf(ExperimentReport report, IReadOnlyList<Measure> measures)
    {
        string unit = report.Models[0].Unit;
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("");
        foreach (string column in (string[])["seed", "parameters", .. measures.Select(measure => measure.Name), "training s", $"{unit}/s", "µs each"])
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        }

        foreach (BaselineReport baseline in report.Baselines)
        {
            Add(table, [baseline.Name, "", "", .. measures.Select(measure => Text(measure, baseline.Figures)), "", "", ""]);
        }

        foreach (ContenderReport model in report.Models)
        {
            Add(table,
            [
                model.Contender.Name, $"{model.Contender.Seed}", Figures.Whole(model.Parameters), .. measures.Select(measure => Text(measure, model.Figures)),
                Figures.One(model.Seconds), Figures.Whole(model.PerSecond), model.InferenceMicroseconds is { } time ? Figures.One(time) : "",
            ]);
        }

        foreach (ContenderSummary summary in report.Summaries)
        {
            Add(table, [$"{summary.Name}, mean", $"{summary.Seeds.Count}", "", .. measures.Select(measure => Text(measure, summary.Mean)), "", "", ""]);
            Add(table, [$"{summary.Name}, deviation", "", "", .. measures.Select(measure => Text(measure, summary.Deviation)), "", "", ""]);
        }

        return table;
    }

    private static string Text(Measure measure, IReadOnlyDictionary<string, double> figures) =>
        figures.TryGetValue(measure.Id, out double figure) ? measure.Text(figure) : "-";

    private static void Add(Table table, string[] cells) => table.AddRow([.. cells.Select(cell => new Markup(Markup.Escape(cell)))]);
}
