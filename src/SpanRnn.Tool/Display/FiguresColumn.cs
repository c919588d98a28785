using Spectre.Console;
using Spectre.Console.Rendering;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Display;

/// <summary>Loss and validation of a training, speed and time left, beside a model's bar.</summary>
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

        string validation = progress is { Validation: { } figure, Measure: { } measure } ? $"  {measure.Text(figure)}" : "";
        string loss = progress.Loss is { } value ? $"loss {Figures.Loss(value)}" : "";
        string time = progress.SecondsLeft > 0 ? $"{Figures.Clock(progress.SecondsLeft)} left" : "done";
        return new Markup($"{loss}{validation}{(loss.Length > 0 ? "  " : "")}[grey]{Figures.Short(progress.PerSecond)} {progress.Unit}/s[/]  {time}");
    }
}
