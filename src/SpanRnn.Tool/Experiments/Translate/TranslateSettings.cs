using System.Globalization;
using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>Which sentences are translated, by what model, and how it is trained.</summary>
internal sealed record TranslateSettings
{
    /// <summary>Words of the longest English sentence, signs included. French ones may have two more.</summary>
    public int Words { get; init; } = 6;

    /// <summary>Rarer words of the training pairs become the unknown one.</summary>
    public int MinimumCount { get; init; } = 3;

    public int Embedding { get; init; } = 192;

    public int Hidden { get; init; } = 256;

    public AttentionKind Attention { get; init; } = AttentionKind.Additive;

    public int Batch { get; init; } = 64;

    /// <summary>AdamW's first learning rate; it falls to a fiftieth along half a cosine.</summary>
    public double LearningRate { get; init; } = 0.002;

    public double WeightDecay { get; init; } = 0.05;

    /// <summary>The largest global norm of the gradients.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Label smoothing of the loss.</summary>
    public double Smoothing { get; init; } = 0.1;

    public int SourceSteps => Words;

    /// <summary>With the end.</summary>
    public int TargetSteps => Words + 3;

    /// <summary>What contenders share, as text.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"words {Words}, minimum {MinimumCount}, embedding {Embedding}, hidden {Hidden}, {Attention}, batch {Batch}, rate {LearningRate}, decay {WeightDecay}, clip {Clip}, smoothing {Smoothing}");

    /// <summary>The model of two vocabularies: an encoder, usually in both directions, and a decoder that looks at all its outputs.</summary>
    public EncoderDecoderOptions Model(CellKind cell, bool isBidirectional, int sourceWords, int targetWords) => new()
    {
        SourceVocabulary = sourceWords,
        Encoder = new() { Cell = cell, InputSize = Embedding, HiddenSizes = [isBidirectional ? Hidden / 2 : Hidden], Bidirectional = isBidirectional },
        TargetVocabulary = targetWords,
        Decoder = new() { Cell = cell, InputSize = Embedding, HiddenSizes = [Hidden] },
        Outputs = targetWords,
        Attention = Attention,
        StartToken = Languages.Start,
        EndToken = Languages.End,
    };
}
