using System.Globalization;
using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.SurnameWriting;

/// <summary>How a writer of names is built and trained.</summary>
internal sealed record WriterSettings
{
    public int Embedding { get; init; } = 32;

    public int Hidden { get; init; } = 192;

    public int Batch { get; init; } = 64;

    /// <summary>AdamW's first; it falls to 0 along half a cosine.</summary>
    public double LearningRate { get; init; } = 0.005;

    public double WeightDecay { get; init; } = 0.1;

    /// <summary>All of it in words, for people and for files.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"embedding {Embedding}, {Hidden} units, batch {Batch}, AdamW {LearningRate} falling along a cosine, weight decay {WeightDecay}, gradients clipped to norm 1");

    /// <summary>One vector in, characters out, each fed back, until the boundary.</summary>
    public EncoderDecoderOptions Model(CellKind cell, Alphabet alphabet) => new()
    {
        VectorSize = alphabet.Languages.Count,
        TargetVocabulary = alphabet.Tokens,
        Decoder = new() { Cell = cell, InputSize = Embedding, HiddenSizes = [Hidden] },
        Outputs = alphabet.Tokens,
        Context = alphabet.Input switch
        {
            LanguageInput.First => ContextUse.FirstStep,
            LanguageInput.State => ContextUse.InitialState,
            _ => ContextUse.EveryStep,
        },
        StartToken = alphabet.Boundary,
        EndToken = alphabet.Boundary,
    };
}
