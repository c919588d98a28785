using SpanRnn.Tool.Experiments.Translate;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

/// <summary>BLEU against the examples of Papineni et al. 2002 and figures worked out by hand.</summary>
public sealed class BleuTests
{
    [Fact]
    public void Words_that_are_said_too_often_count_once_as_in_the_paper()
    {
        Bleu bleu = Of(("the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"]));
        Assert.Equal(2 / 7.0, bleu.Precision(1), 1e-12);
        Assert.Equal(0, bleu.Score);
    }

    [Fact]
    public void Precisions_of_the_papers_first_candidates()
    {
        string[] references =
        [
            "It is a guide to action that ensures that the military will forever heed Party commands",
            "It is the guiding principle which guarantees the military forces always being under the command of the Party",
            "It is the practical guide for the army always to heed the directions of the party",
        ];
        Bleu good = Of(("It is a guide to action which ensures that the military always obeys the commands of the party", references));
        Assert.Equal(17 / 18.0, good.Precision(1), 1e-12);
        Assert.Equal(10 / 17.0, good.Precision(2), 1e-12);
        Bleu bad = Of(("It is to insure the troops forever hearing the activity guidebook that party direct", references));
        Assert.Equal(8 / 14.0, bad.Precision(1), 1e-12);
        Assert.Equal(1 / 13.0, bad.Precision(2), 1e-12);
    }

    [Fact]
    public void A_translation_that_is_a_reference_has_100_and_an_empty_one_0()
    {
        Assert.Equal(1, Of(("a b c d e", ["x", "a b c d e"])).Score, 1e-12);
        Assert.Equal(0, Of(("", ["a b c d"])).Score);
        Assert.Equal(0, new Bleu().Score);
    }

    [Fact]
    public void Counts_and_lengths_are_summed_over_the_set_before_they_are_divided()
    {
        // 1-grams 9 of 10, 2-grams 6 of 8, 3-grams 3 of 6, 4-grams 2 of 4; 10 words for 12.
        Bleu bleu = Of(("a b c d e", ["a b c d e f g"]), ("a b x d e", ["a b c d e"]));
        Assert.Equal((9 / 10.0, 6 / 8.0, 3 / 6.0, 2 / 4.0), (bleu.Precision(1), bleu.Precision(2), bleu.Precision(3), bleu.Precision(4)));
        Assert.Equal(Math.Exp(1 - 12 / 10.0), bleu.BrevityPenalty, 1e-12);
        Assert.Equal(bleu.BrevityPenalty * Math.Pow(0.9 * 0.75 * 0.5 * 0.5, 0.25), bleu.Score, 1e-12);
    }

    [Fact]
    public void The_reference_nearest_in_length_decides_and_of_two_the_shorter()
    {
        Assert.Equal(1, Of(("a b c d", ["a b c d e f", "a b"])).BrevityPenalty);            // 6 and 2 are as near: 2
        Assert.Equal(Math.Exp(1 - 5 / 4.0), Of(("a b c d", ["a b c d e", "a"])).BrevityPenalty, 1e-12);
    }

    private static Bleu Of(params (string Translation, string[] References)[] pairs)
    {
        var bleu = new Bleu();
        foreach ((string translation, string[] references) in pairs)
        {
            bleu.Add(Cut(translation), [.. references.Select(Cut)]);
        }

        return bleu;
    }

    private static string[] Cut(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
