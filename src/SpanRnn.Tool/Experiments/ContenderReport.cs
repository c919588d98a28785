using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Spectre.Console.Rendering;

namespace SpanRnn.Tool.Experiments;

/// <summary>What is told about one trained model.</summary>
internal sealed record ContenderReport
{
    public required Contender Contender { get; init; }

    public required long Parameters { get; init; }

    public required long Iterations { get; init; }

    /// <summary>The update whose weights were kept.</summary>
    public required long BestIteration { get; init; }

    /// <summary>Why training ended.</summary>
    public required string Ended { get; init; }

    /// <summary>The mean over about the last 50 batches, dropout included.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>The figure by which the weights were kept; null where there was none.</summary>
    public required double? Validation { get; init; }

    /// <summary>On what it has never seen, by the measures' ids.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>Of training, the looks at the validation part included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training speed.</summary>
    public required double PerSecond { get; init; }

    /// <summary>Of what: "images".</summary>
    public required string Unit { get; init; }

    /// <summary>Of one example.</summary>
    public required double? InferenceMicroseconds { get; init; }

    public required string ModelFile { get; init; }

    public required string Checkpoint { get; init; }

    public JsonObject? Details { get; init; }

    [JsonIgnore]
    public IReadOnlyList<IRenderable> Drawings { get; init; } = [];
}
