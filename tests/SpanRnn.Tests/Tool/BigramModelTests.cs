using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Models;
using SpanRnn.Tool.Text;
using Xunit;

namespace SpanRnn.Tests.Tool;

public sealed class BigramModelTests
{
    // Texts over at most 6 of 8 symbols, so that some symbols and contexts are never seen; short ones and empty ones too.
    private static readonly Arbitrary<int[]> Texts = Gen.ArrayOf(Gen.Choose(0, 5)).ToArbitrary();

    [Fact]
    public void Every_context_has_a_distribution_and_no_cost_is_infinite() => Prop.ForAll(Texts, tokens =>
    {
        var model = new BigramModel(tokens, 8);
        return Enumerable.Range(0, 8).All(context =>
        {
            double[] row = [.. Enumerable.Range(0, 8).Select(next => model.Probability(context, next))];
            return row.All(p => p is > 0 and <= 1 + 1e-12) && Math.Abs(row.Sum() - 1) < 1e-12;
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_context_of_the_shipped_text_has_a_distribution()
    {
        var (training, _, symbols) = Tokens(TextSource.Embedded());
        var model = new BigramModel(training, symbols);
        for (int context = 0; context < symbols; context++)
        {
            double sum = 0;
            for (int next = 0; next < symbols; next++) sum += model.Probability(context, next);
            Assert.Equal(1, sum, 1e-10);
        }
    }

    [Fact]
    public void A_tiny_case_agrees_with_the_equations_by_hand()
    {
        // a b a b a c over {a b c d}: ab twice, ba twice, ac once. n1 = 1, n2 = 2: D = 1/5.
        // N(* w): a 1, b 1, c 1, d 0. n1 = 3, n2 = 0: E = 1; so Q = 0/3 + 1 * 3/3 * 1/4 = 1/4 for each.
        int[] tokens = [0, 1, 0, 1, 0, 2];
        var model = new BigramModel(tokens, 4);
        Assert.Equal(1.0 / 5, model.Discount, 1e-15);
        Assert.Equal(1, model.ContinuationDiscount);

        // After a, seen 3 times with 2 followers: the rest is 1/5 * 2/3 * 1/4 = 1/30 for each symbol.
        Assert.Equal(1.0 / 30, model.Probability(0, 0), 1e-15);
        Assert.Equal(1.8 / 3 + 1.0 / 30, model.Probability(0, 1), 1e-15);
        Assert.Equal(0.8 / 3 + 1.0 / 30, model.Probability(0, 2), 1e-15);
        Assert.Equal(1.0 / 30, model.Probability(0, 3), 1e-15);
        // After b, seen twice with 1 follower: 1/5 * 1/2 * 1/4 = 1/40. After c nothing was seen: Q.
        Assert.Equal(1.8 / 2 + 1.0 / 40, model.Probability(1, 0), 1e-15);
        Assert.Equal(1.0 / 4, model.Probability(2, 0), 1e-15);

        double bits = -(2 * Math.Log2(19.0 / 30) + 2 * Math.Log2(37.0 / 40) + Math.Log2(9.0 / 30)) / 5;
        Assert.Equal(bits, model.BitsPerCharacter(tokens), 1e-14);
    }

    [Fact]
    public void A_symbol_counts_by_the_contexts_it_follows_and_not_by_how_often()
    {
        // Over {a b c x y}: x follows a only, but 6 times; y follows a, b and c once each. After the unseen context y is likelier.
        int[] tokens = [.. Enumerable.Repeat(new[] { 0, 3 }, 6).SelectMany(pair => pair), 0, 4, 1, 4, 2, 4];
        var model = new BigramModel(tokens, 6);
        Assert.True(model.Probability(5, 4) > model.Probability(5, 3));
    }

    [Fact]
    public void A_text_without_pairs_gives_the_uniform_distribution()
    {
        Assert.Equal(0.25, new BigramModel([], 4).Probability(1, 2));
        Assert.Equal(2, new BigramModel([3], 4).BitsPerCharacter([0, 1, 2, 3]));
    }

    [Fact]
    public void On_the_shipped_text_it_is_better_than_any_unigram_in_training_and_than_a_smoothed_one_held_out()
    {
        var (training, heldOut, symbols) = Tokens(TextSource.Embedded());
        var model = new BigramModel(training, symbols);
        Assert.True(model.BitsPerCharacter(training) < UnigramBits(training, training, symbols, 0));
        double smoothed = new[] { 0.01, 0.03, 0.1, 0.3, 1 }.Min(more => UnigramBits(training, heldOut, symbols, more));
        Assert.True(model.BitsPerCharacter(heldOut) < smoothed - 0.5);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused_with_both_numbers()
    {
        Assert.StartsWith("token: expected 0 to 3, found 4.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new BigramModel([0, 4], 4)).Message);
        Assert.StartsWith("token: expected 0 to 3, found -1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new BigramModel([0], 4).Probability(0, -1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BigramModel([], 0));
        Assert.StartsWith("tokens: expected at least 2 elements, found 1.",
            Assert.Throws<ArgumentException>(() => new BigramModel([], 4).BitsPerCharacter([0])).Message);
    }

    private static (int[] Training, int[] HeldOut, int Symbols) Tokens(TextSource source)
    {
        var vocabulary = Vocabulary.Of(source.Whole);
        return (vocabulary.Encode(source.Training), vocabulary.Encode(source.HeldOut), vocabulary.Count);
    }

    // Additive smoothing; with 0 the entropy of the text itself, which no unigram can be below.
    private static double UnigramBits(int[] training, int[] text, int symbols, double more)
    {
        var counts = new double[symbols];
        foreach (int token in training) counts[token]++;
        return text.Average(token => -Math.Log2((counts[token] + more) / (training.Length + more * symbols)));
    }
}
