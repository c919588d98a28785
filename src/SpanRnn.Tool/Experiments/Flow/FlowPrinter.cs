using System.Globalization;
using SpanRnn.Tool.Commands;
using Spectre.Console;
using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>What gradient-flow found, for people: a table, a plot, and the trainings with and without clipping.</summary>
internal static class FlowPrinter
{
    private const int CurveWidth = 80;

    public static void Announce(Screen screen, FlowSettings s, int threads)
    {
        screen.Notes.WriteLine(
            $"d loss / d h[t] for a loss at t = {s.Steps}, in layers of {s.Hidden} units before training, noise as input, {s.Batch} sequences, seed {s.Seed}.");
        screen.Notes.WriteLine("Weights as PyTorch draws them, biases 0, but where a name says otherwise.");
        screen.Notes.WriteLine($"Training on {ThreadsArgument.Text(threads)}.");
        screen.Notes.WriteLine();
    }

    public static void Results(Screen screen, GradientFlowReport report)
    {
        if (report.Flows.Count > 0)
        {
            ShowFlows(screen, report);
        }

        if (report.Clipping.Count > 0)
        {
            ShowClipping(screen, report);
        }
    }

    private static void ShowFlows(Screen screen, GradientFlowReport report)
    {
        int steps = report.Settings.Steps;
        int[] back = [.. new[] { 0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000 }.Where(distance => distance < steps - 1), steps - 1];
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(Markup.Escape("norm of d loss / d h[t]"));
        table.AddColumn(new TableColumn("per step").RightAligned());
        foreach (int distance in back.Distinct())
        {
            table.AddColumn(new TableColumn($"t = {steps - distance}").RightAligned());
        }

        for (int i = 0; i < report.Flows.Count; i++)
        {
            FlowReport flow = report.Flows[i];
            Row($"{LogPlot.MarkOf(i)}  {flow.Name}", Factor(flow.FactorPerStep), flow.Hidden);
            if (flow.Cell is { } cell)
            {
                Row("      its d loss / d c[t]", "", cell);
            }
        }

        screen.Draw(table);
        screen.Notes.WriteLine($"The norm of d loss / d h[t], log scale, from t = {steps} on the left back to t = 1:");
        screen.Draw(LogPlot.Of([.. report.Flows.Select(flow => flow.Hidden.Reverse().ToArray())], $"t = {steps}", "t = 1"));
        screen.Notes.WriteLine("Below 1 a step it vanishes, above 1 it explodes. Gates ease this; they do not abolish it.");

        void Row(string name, string factor, IReadOnlyList<double> norms) => table.AddRow(
            [.. ((string[])[name, factor, .. back.Distinct().Select(distance => LogPlot.Power(norms[steps - 1 - distance]))]).Select(cell => new Markup(Markup.Escape(cell)))]);
    }

    private static void ShowClipping(Screen screen, GradientFlowReport report)
    {
        TextWriter notes = screen.Notes;
        FlowSettings s = report.Settings;
        notes.WriteLine();
        notes.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Training the {FlowCell.Exploding.Name} to add (T = {ClippingTraining.Steps}) by plain gradient descent, rate {s.LearningRate}, {s.Iterations} updates of {ClippingTraining.Batch} sequences:"));
        foreach (ClippingReport run in report.Clipping)
        {
            notes.WriteLine();
            notes.WriteLine($"{run.Name}: {run.Ended}");
            if (run.Losses.Count > 0)
            {
                Curve("loss", run.Losses, run.Diverged);
                Curve("norm before", run.NormsBefore, run.Diverged);
                Curve("norm after", run.NormsAfter, run.Diverged);
            }
        }

        void Curve(string name, IReadOnlyList<double> numbers, bool diverged)
        {
            double[] ends = diverged ? [.. numbers, double.NaN] : [.. numbers];
            double last = numbers.Skip(numbers.Count - Math.Max(1, numbers.Count / 20)).Average();
            notes.WriteLine($"  {name,-12} first {Four(numbers[0]),9}  last {Four(last),9}  largest {Four(numbers.Max()),9}  {Sparkline.Log(ends, CurveWidth)}");
        }
    }

    private static string Factor(double factor) => factor.ToString("F3", CultureInfo.InvariantCulture);

    private static string Four(double number) => number.ToString("G4", CultureInfo.InvariantCulture);
}
