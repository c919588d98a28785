using SpanRnn.Tool.Text;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Reports;

/// <summary>What is told about the text and what counting its pairs of characters achieves. Sizes are in characters.</summary>
internal sealed record TextReport
{
    public required string Name { get; init; }

    public required int Characters { get; init; }

    public required int Vocabulary { get; init; }

    public required int Fitted { get; init; }

    public required int Validation { get; init; }

    public required int HeldOut { get; init; }

    public required double? BigramTrainingBits { get; init; }

    public required double? BigramHeldOutBits { get; init; }

    /// <summary>Measures a text; the bigram counts the whole training part, validation included.</summary>
    public static TextReport Of(Corpus corpus)
    {
        var bigram = new BigramModel(corpus.Training, corpus.Vocabulary.Count);
        return new TextReport
        {
            Name = corpus.Source.Name,
            Characters = corpus.Training.Length + corpus.HeldOut.Length,
            Vocabulary = corpus.Vocabulary.Count,
            Fitted = corpus.Fitted.Length,
            Validation = corpus.Validation.Length,
            HeldOut = corpus.HeldOut.Length,
            BigramTrainingBits = corpus.Sample.Length < 2 ? null : bigram.BitsPerCharacter(corpus.Sample),
            BigramHeldOutBits = corpus.HeldOut.Length < 2 ? null : bigram.BitsPerCharacter(corpus.HeldOut),
        };
    }
}
