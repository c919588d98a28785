using System.Text.Json.Nodes;
using Spectre.Console.Rendering;

namespace SpanRnn.Tool.Experiments;

/// <summary>What a trained model is worth.</summary>
/// <param name="Figures">By the ids of <see cref="IExperiment.Measures"/>.</param>
/// <param name="InferenceMicroseconds">Of one example (an image, a name, a sentence); null where it was not measured.</param>
internal sealed record Judgement(IReadOnlyDictionary<string, double> Figures, double? InferenceMicroseconds = null)
{
    /// <summary>What else goes into the JSON report: a confusion table, a series.</summary>
    public JsonObject? Details { get; init; }

    /// <summary>What is drawn below the table, under the model's name.</summary>
    public IReadOnlyList<IRenderable> Drawings { get; init; } = [];
}
