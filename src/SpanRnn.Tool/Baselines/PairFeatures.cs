using System.Text;

namespace SpanRnn.Tool.Baselines;

/// <summary>A text as a bag of its pairs of neighbouring characters, weighted as TF-IDF of unit length.</summary>
/// <remarks>
/// With n texts to learn from, d(p) of them having the pair p, and c(p) how often p stands in a text:
/// <code>
/// x(p) = (1 + ln c(p)) (1 + ln((1 + n) / (1 + d(p)))),   then x / |x|
/// </code>
/// The beginning and the end of a text count as a character. Pairs that the texts to learn from do not have are left out.
/// Source: G. Salton and C. Buckley, "Term-weighting approaches in automatic text retrieval", 1988; the smoothed form is the usual one.
/// </remarks>
internal sealed class PairFeatures
{
    private static readonly Rune Edge = new(0);
    private readonly Dictionary<(Rune First, Rune Second), int> _columns = [];
    private readonly double[] _rarity;

    /// <summary>Counts the pairs of the texts to learn from.</summary>
    public PairFeatures(IReadOnlyList<string> texts)
    {
        var documents = new List<int>();
        foreach (string text in texts)
        {
            foreach ((Rune, Rune) pair in Count(text).Keys)
            {
                if (_columns.TryAdd(pair, documents.Count))
                {
                    documents.Add(0);
                }

                documents[_columns[pair]]++;
            }
        }

        _rarity = [.. documents.Select(d => 1 + Math.Log((1.0 + texts.Count) / (1.0 + d)))];
    }

    /// <summary>Different pairs.</summary>
    public int Columns => _rarity.Length;

    /// <summary>A text's row; empty if it has no known pair.</summary>
    public SparseRow Of(string text)
    {
        var found = new SortedDictionary<int, double>();
        foreach (((Rune, Rune) pair, int count) in Count(text))
        {
            if (_columns.TryGetValue(pair, out int column))
            {
                found[column] = (1 + Math.Log(count)) * _rarity[column];
            }
        }

        double length = Math.Sqrt(found.Values.Sum(value => value * value));
        return new SparseRow([.. found.Keys], [.. found.Values.Select(value => value / length)]);
    }

    private static Dictionary<(Rune, Rune), int> Count(string text)
    {
        var counts = new Dictionary<(Rune, Rune), int>();
        Rune before = Edge;
        foreach (Rune next in text.EnumerateRunes().Append(Edge))
        {
            counts[(before, next)] = counts.GetValueOrDefault((before, next)) + 1;
            before = next;
        }

        return counts;
    }
}
