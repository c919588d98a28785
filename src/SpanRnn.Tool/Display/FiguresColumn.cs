using Spectre.Console;
using Spectre.Console.Rendering;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Display;

/// <summary>Loss, validation, speed and time left, beside a model's bar.</summary>
internal sealed class FiguresColumn : ProgressColumn
{
    public const string Key = "progress";

    protected override bool NoWrap => true;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        TrainingProgress progress = task.State.Get<TrainingProgress>(Key);
        if (progress.Iteration == 0)
        {
            return Spectre.Console.Text.Empty;
        }

        string validation = progress.Validation is { } figure ? $"  {progress.Measure.Text(figure)}" : "";
        string time = progress.SecondsLeft > 0 ? $"{Figures.Clock(progress.SecondsLeft)} left" : "done";
        return new Markup($"loss {Figures.Loss(progress.Loss)}{validation}  [grey]{Figures.Short(progress.PerSecond)} {progress.Unit}/s[/]  {time}");
    }
}
