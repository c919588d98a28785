using System.Diagnostics;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Display;

/// <summary>A line every few seconds, and one at the end: for files and pipes.</summary>
internal sealed class PlainProgress(TextWriter output) : IProgressView
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public void Show(IReadOnlyList<string> names, Action<Action<int, TrainingProgress>> work)
    {
        int width = names.Max(name => name.Length), current = -1;
        long shown = 0, seen = -1;
        (int Model, TrainingProgress Progress)? unseen = null;
        work((model, progress) =>
        {
            if (model != current)
            {
                ShowUnseen();
                (current, shown, seen) = (model, Stopwatch.GetTimestamp(), -1);
            }

            if (unseen is null && progress.Iteration == seen)
            {
                return;
            }

            unseen = (model, progress);
            if (Stopwatch.GetElapsedTime(shown) >= Every || progress.SecondsLeft <= 0)
            {
                ShowUnseen();
                shown = Stopwatch.GetTimestamp();
            }
        });
        ShowUnseen();

        void ShowUnseen()
        {
            if (unseen is { } line)
            {
                output.WriteLine($"{names[line.Model].PadRight(width)}  {Line(line.Progress)}");
                (unseen, seen) = (null, line.Progress.Iteration);
            }
        }
    }

    private static string Line(TrainingProgress progress)
    {
        string iteration = progress.Iterations == long.MaxValue
            ? Figures.Whole(progress.Iteration)
            : $"{Figures.Whole(progress.Iteration).PadLeft(Figures.Whole(progress.Iterations).Length)} of {Figures.Whole(progress.Iterations)}";
        string validation = progress is { Validation: { } figure, Measure: { } measure } ? $"{measure.Name} {measure.Text(figure)}  " : "";
        string loss = progress.Loss is { } value ? $"loss {Figures.Loss(value)}  " : "";
        return $"{iteration}  {loss}{validation}{Figures.Whole(progress.PerSecond)} {progress.Unit}/s  "
            + (progress.SecondsLeft > 0 ? $"{Figures.Clock(progress.SecondsLeft)} left" : "done");
    }
}
