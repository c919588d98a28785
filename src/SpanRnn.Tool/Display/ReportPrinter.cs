using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Reports;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Display;

/// <summary>A report for people: what was done, the table, what the models wrote.</summary>
internal static class ReportPrinter
{
    /// <summary>The text and the setting, before training begins.</summary>
    public static void Announce(Screen screen, TextReport text, IReadOnlyList<TrainingSettings> models, int threads)
    {
        TrainingSettings s = models[0];
        TextWriter notes = screen.Notes;
        notes.WriteLine($"{text.Name}: {Figures.Whole(text.Characters)} characters, {Figures.Whole(text.Vocabulary)} different.");
        notes.WriteLine(
            $"{Figures.Whole(text.Fitted)} to learn from, {Figures.Whole(text.Validation)} to decide which weights are kept, {Figures.Whole(text.HeldOut)} held out.");
        notes.WriteLine(
            $"{string.Join(", ", models.Select(model => CellNames.NameOf(model.Cell)))}: embedding {s.Embedding}, {s.Layers} x {s.Hidden} units, "
            + $"dropout {s.Dropout:0.##}, linear to {Figures.Whole(text.Vocabulary)}.");
        string batches = s.Iterations == long.MaxValue ? "Batches" : $"{Figures.Whole(s.Iterations)} batches";
        notes.WriteLine(s.Order == DataOrder.Windows
            ? $"{batches} of {s.Batch} sequences of {s.Steps} characters, drawn at random."
            : $"{batches} of {s.Batch} x {s.Steps} characters: {s.Batch} streams read in parallel, states carried, as the text is large.");
        notes.WriteLine(
            $"Adam {s.LearningRate:0.#####} falling to {s.LearningRate * TrainingSettings.LastLearningRate:0.#####}, weight decay {s.WeightDecay:0.####}, "
            + $"{(s.Clip > 0 ? $"gradients clipped to norm {s.Clip:0.###}" : "gradients not clipped")}, seed {s.Seed}, {ThreadsArgument.Text(threads)}"
            + (s.Seconds is { } seconds ? $", at most {seconds:0.#} s each." : "."));
        notes.WriteLine();
    }

    /// <summary>The results.</summary>
    public static void Results(Screen screen, ComparisonReport report)
    {
        if (report.Models.Count == 0)
        {
            return;
        }

        screen.Draw(ComparisonTable.Of(report));
        TextWriter notes = screen.Notes;
        if (report.Models.All(model => model.HeldOutBits > report.Text.BigramHeldOutBits))
        {
            notes.WriteLine("The bigram foresees the held-out part better: this is little text, or little training. See --text and --iterations.");
            notes.WriteLine();
        }

        foreach (ModelReport model in report.Models)
        {
            notes.WriteLine($"{model.Name} writes at temperature {report.Writing.Temperature:0.##}:");
            notes.WriteLine(model.Written);
            notes.WriteLine();
        }

        foreach (ModelReport model in report.Models)
        {
            notes.WriteLine($"{model.Name}: {model.Ended}; {model.ModelFile}");
        }
    }
}
