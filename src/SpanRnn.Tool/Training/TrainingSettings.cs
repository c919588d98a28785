using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Tool.Training;

/// <summary>All that decides what one model becomes: with the same text and the same settings it becomes the same, to the bit.</summary>
internal sealed record TrainingSettings
{
    public required CellKind Cell { get; init; }

    public required int Embedding { get; init; }

    public required int Hidden { get; init; }

    public required int Layers { get; init; }

    /// <summary>T, the characters of a sequence.</summary>
    public required int Steps { get; init; }

    /// <summary>B, the sequences of a batch.</summary>
    public required int Batch { get; init; }

    public required DataOrder Order { get; init; }

    public required long Iterations { get; init; }

    /// <summary>A time budget; the clock then decides when training ends, so results differ from run to run. Null: none.</summary>
    public double? Seconds { get; init; }

    /// <summary>Adam's first learning rate; it falls to <see cref="LastLearningRate"/> of this along half a cosine.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Weight decay as AdamW's.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>The largest global norm of the gradients; 0: not clipped.</summary>
    public required double Clip { get; init; }

    /// <summary>The probability that a number between two layers is dropped.</summary>
    public required double Dropout { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Iterations from one look at the validation part to the next.</summary>
    public required int EvaluateEvery { get; init; }

    /// <summary>Looks without a better figure after which training ends.</summary>
    public required int Patience { get; init; }

    /// <summary>The last learning rate, as a part of the first.</summary>
    public const double LastLearningRate = 0.05;

    /// <summary>The learning rate after a part, 0 to 1, of the training.</summary>
    public double LearningRateAt(double part) =>
        LearningRate * (LastLearningRate + (1 - LastLearningRate) * (1 + Math.Cos(Math.PI * Math.Clamp(part, 0, 1))) / 2);

    /// <summary>For how long, and when it is looked at.</summary>
    public FitSettings Budget() => new() { Iterations = Iterations, Seconds = Seconds, EvaluateEvery = EvaluateEvery, Patience = Patience };

    /// <summary>The model of a vocabulary.</summary>
    public SequenceModelOptions Model(int vocabulary)
    {
        SequenceModelOptions options = SequenceModelOptions.Language(Cell, vocabulary, Embedding, Hidden, Layers);
        return options with { Recurrent = options.Recurrent with { Dropout = (float)Dropout } };
    }
}
