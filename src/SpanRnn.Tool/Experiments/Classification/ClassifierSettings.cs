using System.Globalization;
using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.Classification;

/// <summary>A model that reads a text and says which of a few classes it is of, and how it is trained.</summary>
internal sealed record ClassifierSettings
{
    public CellKind Cell { get; init; }

    public bool Bidirectional { get; init; }

    public required HeadInput Head { get; init; }

    public required int Embedding { get; init; }

    public required int Hidden { get; init; }

    public int Layers { get; init; } = 1;

    /// <summary>Between two layers.</summary>
    public double Dropout { get; init; }

    /// <summary>The part of the tokens that is replaced by the unknown one while training.</summary>
    public double TokenDropout { get; init; }

    public required int Batch { get; init; }

    /// <summary>Tokens of the longest text.</summary>
    public required int Steps { get; init; }

    /// <summary>AdamW's first learning rate; it falls to a twentieth along half a cosine.</summary>
    public required double LearningRate { get; init; }

    public required double WeightDecay { get; init; }

    /// <summary>The deviation of the normal numbers that the embedding begins with.</summary>
    public required float EmbeddingDeviation { get; init; }

    /// <summary>The largest global norm of the gradients.</summary>
    public double Clip { get; init; } = 1;

    public required double Epochs { get; init; }

    /// <summary>Looks at the validation part in each epoch.</summary>
    public double LooksPerEpoch { get; init; } = 1;

    public ulong Seed { get; init; }

    /// <summary>All that contenders share, as text.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Head}, embedding {Embedding}, {Layers} x {Hidden}, steps {Steps}, batch {Batch}, rate {LearningRate}, decay {WeightDecay}, hide {TokenDropout}, dropout {Dropout}, clip {Clip}");

    /// <summary>The model of a vocabulary and some classes.</summary>
    public SequenceModelOptions Model(int vocabulary, int classes) => new()
    {
        Vocabulary = vocabulary,
        Recurrent = new()
        {
            Cell = Cell,
            InputSize = Embedding,
            HiddenSizes = RecurrentOptions.Sizes(Hidden, Layers),
            Bidirectional = Bidirectional,
            Dropout = (float)Dropout,
        },
        Outputs = classes,
        Head = Head,
    };
}
