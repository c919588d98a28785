using System.Globalization;

namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>How a model of names is built and trained.</summary>
internal sealed record SurnameSettings
{
    public int Embedding { get; init; } = 64;

    public int Hidden { get; init; } = 128;

    public int Layers { get; init; } = 1;

    /// <summary>Between layers, where there are several.</summary>
    public double Dropout { get; init; }

    public int Batch { get; init; } = 64;

    /// <summary>AdamW's first; it falls to 0 along half a cosine.</summary>
    public double LearningRate { get; init; } = 0.002;

    public double WeightDecay { get; init; } = 0.1;

    /// <summary>All of it in words, for people and for files.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"embedding {Embedding}, {Layers} x {Hidden} units{(Dropout > 0 ? FormattableString.Invariant($", dropout {Dropout}") : "")}, batch {Batch}, AdamW {LearningRate} falling along a cosine, weight decay {WeightDecay}, gradients clipped to norm 1");
}
