namespace SpanRnn.Tool.Text;

/// <summary>
/// What counting pairs of characters achieves: the baseline a recurrent model has to beat. An interpolated Kneser-Ney
/// bigram over a vocabulary of V symbols.
/// </summary>
/// <remarks>
/// With c(v w) how often w followed v, c(v) = sum over w of c(v w), N(v *) the number of distinct symbols after v,
/// N(* w) the number of distinct symbols before w, N(* *) the number of distinct pairs and M the number of w with N(* w) > 0:
/// <code>
/// P(w | v) = max(c(v w) - D, 0) / c(v)  +  D N(v *) / c(v)  Q(w)          Q(w) alone if v was never followed by anything
/// Q(w)     = max(N(* w) - E, 0) / N(* *)  +  E M / N(* *)  1 / V          1 / V alone if there are no pairs at all
/// </code>
/// Q asks in how many contexts w occurs, not how often; its own discount E pays for symbols that were never seen, so every
/// cost is finite. D = n1 / (n1 + 2 n2), n1 and n2 the number of pairs seen once and twice; E is the same of the N(* w).
/// Sources: R. Kneser and H. Ney, "Improved backing-off for m-gram language modeling", ICASSP 1995; the interpolated form,
/// S. Chen and J. Goodman, "An empirical study of smoothing techniques for language modeling", 1999; the discount,
/// H. Ney, U. Essen and R. Kneser, Computer Speech and Language 8, 1994.
/// </remarks>
internal sealed class BigramModel
{
    private readonly Dictionary<(int Context, int Next), int> _pairs = []; // c(v w)
    private readonly int[] _total;                                     // c(v)
    private readonly int[] _followers;                                 // N(v *)
    private readonly double[] _continuation;                           // Q(w)

    /// <summary>Counts the pairs of a text.</summary>
    /// <param name="tokens">The training text; may be empty.</param>
    /// <param name="symbols">V, the size of the vocabulary of the whole text, held-out part included.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="symbols"/> is less than 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in 0 to V - 1.</exception>
    public BigramModel(ReadOnlySpan<int> tokens, int symbols)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(symbols, 1);
        Symbols = symbols;
        (_total, _followers) = (new int[symbols], new int[symbols]);
        Check(tokens);

        var predecessors = new int[symbols];                           // N(* w)
        for (int i = 1; i < tokens.Length; i++)
        {
            (int v, int w) = (tokens[i - 1], tokens[i]);
            int count = _pairs[(v, w)] = _pairs.GetValueOrDefault((v, w)) + 1;
            _total[v]++;
            if (count == 1) (_followers[v], predecessors[w]) = (_followers[v] + 1, predecessors[w] + 1);
        }
        Discount = DiscountOf(_pairs.Values);
        ContinuationDiscount = DiscountOf(predecessors);
        _continuation = Continuation(predecessors);
    }

    /// <summary>V.</summary>
    public int Symbols { get; }

    /// <summary>D.</summary>
    public double Discount { get; }

    /// <summary>E.</summary>
    public double ContinuationDiscount { get; }

    /// <summary>P(next | context): positive for every pair, and 1 in sum over next.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in 0 to V - 1.</exception>
    public double Probability(int context, int next)
    {
        Check([context, next]);
        int total = _total[context];
        if (total == 0) return _continuation[next];
        double seen = _pairs.TryGetValue((context, next), out int count) ? count - Discount : 0;
        return (seen + Discount * _followers[context] * _continuation[next]) / total;
    }

    /// <summary>
    /// The mean of -log2 P over a text: every character but the first, which has no context. To be set against a recurrent
    /// model's loss / ln 2 over the same inputs and targets.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="tokens"/> has fewer than 2 elements.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in 0 to V - 1.</exception>
    public double BitsPerCharacter(ReadOnlySpan<int> tokens)
    {
        if (tokens.Length < 2) throw new ArgumentException($"tokens: expected at least 2 elements, found {tokens.Length}.", nameof(tokens));
        double bits = 0;
        for (int i = 1; i < tokens.Length; i++) bits -= Math.Log2(Probability(tokens[i - 1], tokens[i]));
        return bits / (tokens.Length - 1);
    }

    private double[] Continuation(int[] predecessors)
    {
        double pairs = _pairs.Count, seen = predecessors.Count(n => n > 0);
        double rest = pairs == 0 ? 1 : ContinuationDiscount * seen / pairs;
        return Array.ConvertAll(predecessors, n => (n == 0 ? 0 : (n - ContinuationDiscount) / pairs) + rest / Symbols);
    }

    // Without a pair seen once the estimate is 0, which would leave nothing for the unseen: one half, then, is the
    // middle of the range a discount may have. No pair seen twice gives 1, the other end, which is sound.
    private static double DiscountOf(IEnumerable<int> counts)
    {
        int once = 0, twice = 0;
        foreach (int count in counts) (once, twice) = (once + (count == 1 ? 1 : 0), twice + (count == 2 ? 1 : 0));
        return once == 0 ? 0.5 : once / (once + 2.0 * twice);
    }

    private void Check(ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens)
            if ((uint)token >= (uint)Symbols)
                throw new ArgumentOutOfRangeException(nameof(tokens), $"token: expected 0 to {Symbols - 1}, found {token}.");
    }
}
