using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Bench.Reports;

/// <summary>A bench report for people.</summary>
internal static class BenchPrinter
{
    /// <summary>What will be measured, and for how long.</summary>
    public static void Announce(Screen screen, BenchSettings settings, IReadOnlyList<BenchSection> sections, string? model)
    {
        string what = string.Join(", ", sections.Select(BenchRun.NameOf));
        screen.Notes.WriteLine($"Measures {(model is null ? "" : $"{model}: ")}{what}; about {settings.Seconds:0.##} s (--seconds).");
        screen.Notes.WriteLine("What else runs on this machine shows in the numbers.");
        screen.Notes.WriteLine();
    }

    public static void Results(Screen screen, BenchReport report)
    {
        screen.Notes.WriteLine();
        foreach (string line in report.Machine)
        {
            screen.Notes.WriteLine(line);
        }

        foreach (BenchTable table in BenchTables.Of(report))
        {
            screen.Notes.WriteLine();
            screen.Notes.WriteLine($"{table.Title}. {table.Note}");
            screen.Draw(table.ToTable());
        }
    }
}
