using SpanRnn.Parameters;
using SpanRnn.Tool.Data;
using SpanRnn.Tool.Text;

namespace SpanRnn.Tool.Experiments.Sentiment;

/// <summary>Labelled reviews and their fixed parts.</summary>
internal sealed class Reviews
{
    /// <summary>Where the tool looks for them.</summary>
    public static DataSet Source { get; } = new(
        "Hotel reviews",
        "hotel",
        ["reviews.csv"],
        "ChnSentiCorp by Tan Songbo, 7,766 Chinese hotel reviews as lines of label,review (1 positive, 0 negative)",
        "research use only");

    private readonly string[] _texts;
    private readonly int[] _labels;

    private Reviews(string name, string[] texts, int[] labels, int empty) => (Name, _texts, _labels, Empty) = (name, texts, labels, empty);

    /// <summary>The file.</summary>
    public string Name { get; }

    /// <summary>Rows without a text, left out.</summary>
    public int Empty { get; }

    /// <summary>Reviews.</summary>
    public int Count => _texts.Length;

    /// <summary>The text of a review.</summary>
    public string Text(int review) => _texts[review];

    /// <summary>1 positive, 0 negative.</summary>
    public int Label(int review) => _labels[review];

    /// <summary>Of all texts and labels, and of the cut.</summary>
    public string DigestOf(string cut) => DataDigest.Of(cut, _texts.Zip(_labels, (text, label) => $"{label} {text}"));

    /// <summary>How many of some reviews are positive.</summary>
    public int Positive(IEnumerable<int> reviews) => reviews.Count(review => _labels[review] == 1);

    /// <summary>Reads a file of label,review.</summary>
    /// <exception cref="ToolException">It cannot be read, or a row is malformed.</exception>
    public static Reviews Read(string path) => Parse(path, StrictUtf8.Decode(path, File.ReadAllBytes(path)));

    /// <summary>The same from its text.</summary>
    /// <exception cref="ToolException">A row is malformed, or there are too few reviews.</exception>
    public static Reviews Parse(string name, string text)
    {
        List<string[]> rows = CsvReader.Read(name, text);
        if (rows.Count == 0 || !rows[0].SequenceEqual(["label", "review"]))
        {
            throw new ToolException($"{name}: expected the heading label,review, found {(rows.Count == 0 ? "nothing" : string.Join(',', rows[0]))}.");
        }

        var texts = new List<string>();
        var labels = new List<int>();
        int empty = 0;
        for (int i = 1; i < rows.Count; i++)
        {
            if (rows[i][0] is not ("0" or "1"))
            {
                throw new ToolException($"{name}: review {i}: expected the label 0 or 1, found '{rows[i][0]}'.");
            }

            string review = rows[i][1].Trim();
            if (review.Length == 0)
            {
                empty++;
                continue;
            }

            texts.Add(review);
            labels.Add(rows[i][0][0] - '0');
        }

        return labels.Count(label => label == 1) >= 20 && labels.Count(label => label == 0) >= 20
            ? new Reviews(name, [.. texts], [.. labels], empty)
            : throw new ToolException($"{name}: expected at least 20 positive and 20 negative reviews, found {labels.Count(label => label == 1)} and {labels.Count(label => label == 0)}.");
    }

    /// <summary>About so many of the reviews, drawn with the same mixture of labels by a fixed seed; all if there are not more.</summary>
    public Reviews Take(int count)
    {
        int[] taken = count >= Count ? [.. Enumerable.Range(0, Count)] : StratifiedSplit.Of(_labels, count / (double)Count, new RandomStream(0)).Drawn;
        return new Reviews(Name, [.. taken.Select(Text)], [.. taken.Select(Label)], Empty);
    }

    /// <summary>
    /// The reviews to learn from, those that decide which weights are kept, and the tenth that is held out; every part with the same
    /// mixture of labels. The cut depends on its own seed, not on the models', so models of several seeds are judged on the same reviews.
    /// </summary>
    /// <param name="seed">The cut's.</param>
    /// <param name="validation">The part of what is not held out that decides.</param>
    public (int[] Training, int[] Validation, int[] HeldOut) Split(ulong seed, double validation)
    {
        (int[] kept, int[] heldOut) = StratifiedSplit.Of(_labels, 0.1, new RandomStream(seed));
        (int[] training, int[] looked) = StratifiedSplit.Of([.. kept.Select(Label)], validation, new RandomStream(seed).Fork("validation"));
        return ([.. training.Select(i => kept[i])], [.. looked.Select(i => kept[i])], heldOut);
    }
}
