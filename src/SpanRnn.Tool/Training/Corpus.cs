using System.Security.Cryptography;
using System.Text;
using SpanRnn.Models;
using SpanRnn.Tool.Text;

namespace SpanRnn.Tool.Training;

/// <summary>A text as tokens, and its three parts: to learn from, to stop by, and held out.</summary>
internal sealed class Corpus
{
    private const int LargestValidation = 10_000;

    /// <summary>Cuts a text.</summary>
    /// <param name="source">The text.</param>
    /// <param name="steps">T: what is learnt from keeps at least T + 1 characters, and validation gets what can be spared.</param>
    public Corpus(TextSource source, int steps)
    {
        Source = source;
        Vocabulary = Vocabulary.Of(source.Whole);
        Training = Vocabulary.Encode(source.Training);
        HeldOut = Vocabulary.Encode(source.HeldOut);
        int spared = Math.Min(Math.Min(Training.Length / 10, LargestValidation), Training.Length - (steps + 1));
        Fitted = spared < 2 ? Training : Training[..^spared];
        Validation = spared < 2 ? [] : Training[^spared..];
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Whole)));
    }

    public TextSource Source { get; }

    /// <summary>The symbols of the whole text, held-out part included.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary><see cref="Fitted"/> and <see cref="Validation"/>: what the bigram counts.</summary>
    public int[] Training { get; }

    /// <summary>What weights are fitted to.</summary>
    public int[] Fitted { get; }

    /// <summary>The last tenth of the training part, at most 10,000 characters: it decides which weights are kept. May be empty.</summary>
    public int[] Validation { get; }

    /// <summary>What decides nothing. May be empty.</summary>
    public int[] HeldOut { get; }

    /// <summary>The text's SHA-256: a training must be resumed on the same text.</summary>
    public string Digest { get; }

    /// <summary>The part of <see cref="Fitted"/> that training figures are measured on.</summary>
    public ReadOnlySpan<int> Sample => Fitted.AsSpan(0, Math.Min(Fitted.Length, 100_000));
}
