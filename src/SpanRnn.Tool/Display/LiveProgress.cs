using System.Diagnostics;
using Spectre.Console;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Display;

/// <summary>A bar for each model that moves in place, for terminals.</summary>
internal sealed class LiveProgress(IAnsiConsole console) : IProgressView
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    public void Show(IReadOnlyList<string> names, Action<Action<int, TrainingProgress>> work) => console
        .Progress()
        .HideCompleted(false)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, new FiguresColumn())
        .Start(context =>
        {
            ProgressTask[] tasks = [.. names.Select(name => context.AddTask(Markup.Escape(name), autoStart: false, maxValue: 1))];
            long shown = 0;
            var last = new TrainingProgress?[tasks.Length];
            work((model, progress) =>
            {
                last[model] = progress;
                if (Stopwatch.GetElapsedTime(shown) >= Every || progress.SecondsLeft <= 0)
                {
                    Update(tasks[model], progress);
                    shown = Stopwatch.GetTimestamp();
                }
            });
            for (int i = 0; i < tasks.Length; i++)
            {
                if (last[i] is { } progress)
                {
                    Update(tasks[i], progress);
                }
            }
        });

    private static void Update(ProgressTask task, TrainingProgress progress)
    {
        if (!task.IsStarted)
        {
            task.StartTask();
        }

        task.Value = progress.Part;
        task.State.Update<TrainingProgress>(FiguresColumn.Key, _ => progress);
    }
}
