using SpanRnn.Layers;

namespace SpanRnn.Models;

/// <summary>Recurrent layers between an optional embedding and a dense head: what is computed, not how.</summary>
public sealed record SequenceModelOptions
{
    /// <summary>Rows of the embedding, for models of tokens; 0 for models of numbers.</summary>
    public int Vocabulary { get; init; }

    /// <summary>The recurrent layers; <see cref="RecurrentOptions.InputSize"/> is the embedding's width, or the numbers of each step.</summary>
    public required RecurrentOptions Recurrent { get; init; }

    /// <summary>Numbers the head gives: classes, or values.</summary>
    public required int Outputs { get; init; }

    /// <summary>Which steps the head sees.</summary>
    public HeadInput Head { get; init; } = HeadInput.EveryStep;

    /// <summary>A character or word model: embedding, layers of equal width, a logit for each token at every step.</summary>
    public static SequenceModelOptions Language(CellKind cell, int vocabulary, int embedding, int hidden, int layers = 1) => new()
    {
        Vocabulary = vocabulary,
        Recurrent = new() { Cell = cell, InputSize = embedding, HiddenSizes = RecurrentOptions.Sizes(hidden, layers) },
        Outputs = vocabulary,
    };

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Vocabulary);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Outputs);
    }
}
