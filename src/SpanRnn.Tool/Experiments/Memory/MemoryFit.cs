using System.Text.Json.Nodes;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>What the memory tasks share: when a training is looked at, and its curve in reports.</summary>
internal static class MemoryFit
{
    private const int Looks = 40;

    /// <summary>The loop of a training, looked at about 40 times.</summary>
    public static Fit Of(MemoryTraining training, long iterations) =>
        new(training, new FitSettings { Iterations = iterations, EvaluateEvery = (iterations + Looks - 1) / Looks });

    /// <summary>Figures with the curve drawn below them.</summary>
    public static Judgement Judged(MemoryTraining training, IReadOnlyDictionary<string, double> figures, double microseconds)
    {
        IReadOnlyList<CurvePoint> curve = training.Curve;
        var judgement = new Judgement(figures, microseconds)
        {
            Details = new JsonObject
            {
                ["curve"] = new JsonArray([.. curve.Select(point => (JsonNode)new JsonObject { ["iteration"] = point.Iteration, [training.Measure.Id] = point.Figure })]),
            },
        };
        return curve.Count == 0 ? judgement : judgement with
        {
            Drawings = [new Spectre.Console.Text(
                $"{training.Measure.Name} at validation, updates {Figures.Whole(curve[0].Iteration)} to {Figures.Whole(curve[^1].Iteration)}, height on a log scale: "
                + $"{training.Measure.Text(curve[0].Figure)} {Sparkline.Log([.. curve.Select(point => point.Figure)])} {training.Measure.Text(curve[^1].Figure)}")],
        };
    }
}
