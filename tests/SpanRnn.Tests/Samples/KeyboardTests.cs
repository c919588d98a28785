extern alias keyboard;

using keyboard::SpanRnn.Samples;
using keyboard::SpanRnn.Samples.Keyboard;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.SamplePrograms;

/// <summary>The keyboard learns its user, keeps what it knew, and serves undisturbed meanwhile.</summary>
public sealed class KeyboardTests
{
    private static readonly string FirstText = KeyboardApp.Shipped("general.txt");

    private static readonly Alphabet Letters = new(FirstText);

    private static readonly int[] First = Letters.Encode(FirstText), User = Letters.Encode(KeyboardApp.Shipped("user.txt"));

    [Fact]
    public void Learning_raises_the_hit_rate_and_keeps_what_was_known()
    {
        using SequenceModel model = Trained(units: 48, updates: 150);
        FrozenModel before = model.Freeze();
        ReplayResult unchanged = Replay.Unchanged(before, Letters, User, default);
        double known = Replay.Unchanged(before, Letters, First, default).Hits.Rate;
        using Learner learner = LearnerOf(model, out TypedText typed);
        ReplayResult learning = Replay.InTurns(before, learner, Letters, User, typed, default);

        int last = HitCounter.Parts - 1;
        Assert.InRange(learning.Hits.RateOf(last), unchanged.Hits.RateOf(last) + 0.2, 1);
        Assert.InRange(learning.Hits.Rate, unchanged.Hits.Rate + 0.1, 1);
        Assert.True(learning.Hits.SavedLetters > 2 * unchanged.Hits.SavedLetters, $"{learning.Hits.SavedLetters} and {unchanged.Hits.SavedLetters} letters saved");
        Assert.InRange(Replay.Unchanged(learner.Freeze(), Letters, First, default).Hits.Rate, known - 0.02, 1);
        Assert.Equal(User.Length, typed.Count);
        Assert.Equal(learning.Updates / Learner.UpdatesPerSwap, learning.Swaps);
        Assert.Equal(0, Enumerable.Range(0, 4).Min(_ => Replay.Unchanged(before, Letters, User, default).Keys.AllocatedBytes)); // see Allocations for why the least
    }

    [Fact]
    public void Without_threads_the_same_seed_gives_the_same_bits()
    {
        Assert.Equal(Run(), Run());

        static (double, string) Run()
        {
            using SequenceModel model = Trained();
            FrozenModel before = model.Freeze();
            using Learner learner = LearnerOf(model, out TypedText typed);
            ReplayResult result = Replay.InTurns(before, learner, Letters, User[..800], typed, default);
            return (result.Hits.Rate, Convert.ToHexString(State(learner.Freeze(), User)));
        }
    }

    [Fact]
    public void A_swap_leaves_the_state_and_changes_the_next_step()
    {
        using SequenceModel model = Trained();
        FrozenModel before = model.Freeze();
        model.Initialize(2);
        FrozenModel after = model.Freeze();
        using Suggester swapped = new(before, Letters), kept = new(before, Letters);
        foreach (int token in User[..40])
        {
            swapped.Read(token);
            kept.Read(token);
        }

        byte[] state = swapped.Snapshot();
        swapped.Use(after);
        Assert.Equal(state, swapped.Snapshot());
        swapped.Use(before);
        swapped.Read(User[40]);
        kept.Read(User[40]);
        Assert.Equal(kept.Snapshot(), swapped.Snapshot());
        swapped.Use(after);
        swapped.Read(User[41]);
        kept.Read(User[41]);
        Assert.NotEqual(kept.Snapshot(), swapped.Snapshot());
    }

    [Fact]
    public void Neither_a_keystroke_nor_an_update_allocates()
    {
        using SequenceModel model = Trained();
        using var suggester = new Suggester(model.Freeze(), Letters);
        using Learner learner = LearnerOf(model, out TypedText typed);
        typed.Append(User);
        int at = 0;
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                suggester.Read(User[at++]);
            }
        }));
        Assert.Equal(0, Allocations.Of(learner.Learn));
    }

    [Fact]
    public void A_thread_learns_while_another_types_and_its_last_weights_come_into_use()
    {
        using SequenceModel model = Trained();
        using var suggester = new Suggester(model.Freeze(), Letters);
        using Learner learner = LearnerOf(model, out TypedText typed);
        typed.Append(User);
        FrozenModel? newest = null;
        int keys = 0;
        using var thread = new LearningThread(learner, weights =>
        {
            suggester.Use(weights);
            Volatile.Write(ref newest, weights);
        });

        // Types until a few swaps came between its keys, however slow this machine is.
        var seen = new HashSet<FrozenModel>(ReferenceEqualityComparer.Instance);
        while (seen.Count < 3)
        {
            suggester.Read(User[keys++ % User.Length]);
            if (Volatile.Read(ref newest) is { } weights)
            {
                seen.Add(weights);
            }
        }

        thread.End();
        Assert.InRange(thread.Swaps, 3, int.MaxValue);
        Assert.Equal(State(learner.Freeze(), User[..20]), State(newest!, User[..20]));
    }

    [Fact]
    public void The_learner_waits_for_text_and_stops_when_it_has_seen_it_enough()
    {
        using SequenceModel model = Trained();
        using Learner learner = LearnerOf(model, out TypedText typed);
        Assert.False(learner.IsDue);
        typed.Append(User.AsSpan(0, FirstModel.Steps));
        Assert.False(learner.IsDue);
        typed.Append(User.AsSpan(0, 12));
        while (learner.IsDue)
        {
            learner.Learn();
        }

        Assert.Equal(30, learner.Updates); // half of 60 characters
    }

    [Fact]
    public void What_was_taken_back_leaves_no_trace()
    {
        using SequenceModel model = Trained();
        FrozenModel weights = model.Freeze();
        using Suggester wrong = new(weights, Letters), right = new(weights, Letters);
        int[] line = Letters.Encode("the s"), mistaken = Letters.Encode("the qqx");
        Type(wrong, [Letters.NewLine, .. mistaken]);
        wrong.Reread(line);
        Type(right, [Letters.NewLine, .. line]);
        AssertSame();
        wrong.Reread([]);
        right.Reread([]);
        Type(right, []);
        AssertSame();
        using var fresh = new Suggester(weights, Letters);
        Type(fresh, [Letters.NewLine]);
        Assert.Equal(fresh.Suggestions.ToArray(), wrong.Suggestions.ToArray());
        Assert.Equal(fresh.Snapshot(), wrong.Snapshot());

        void AssertSame()
        {
            Assert.Equal(right.Snapshot(), wrong.Snapshot());
            Assert.Equal(right.Suggestions.ToArray(), wrong.Suggestions.ToArray());
            Assert.Equal(right.Rest.ToArray(), wrong.Rest.ToArray());
        }
    }

    [Fact]
    public void Suggestions_are_the_likeliest_and_the_rest_of_a_word_is_typed_by_them()
    {
        using SequenceModel model = Trained();
        FrozenModel weights = model.Freeze();
        using var suggester = new Suggester(weights, Letters);
        using SequenceSession session = weights.CreateSession();
        float[] logits = new float[weights.OutputSize];
        session.Step(Letters.NewLine, logits);
        int rests = 0;
        foreach (int token in User[..200])
        {
            suggester.Read(token);
            session.Step(token, logits);
            int[] sorted = [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i])];
            Assert.Equal(sorted[..Suggester.Shown], suggester.Suggestions.ToArray());
            if (suggester.Rest.Length > 0)
            {
                rests++;
                Assert.True(Letters.IsLetter(token));
                Assert.Equal(sorted[0], suggester.Rest[0]);
                Assert.All(suggester.Rest.ToArray(), letter => Assert.True(Letters.IsLetter(letter)));
            }
        }

        Assert.InRange(rests, 10, 200);
    }

    [Fact]
    public void Characters_that_the_keyboard_does_not_have_are_one_token()
    {
        int[] tokens = Letters.Encode("a\u20ac\U0001F600\r\n");
        Assert.Equal(4, tokens.Length);
        Assert.Equal(tokens[1], tokens[2]);
        Assert.Equal("a\ufffd\ufffd\n", Letters.Decode(tokens));
    }

    [Fact]
    public void The_program_prints_its_figures()
    {
        (int code, string output, string error) = Launch("--built-in", "--fast", "--updates", "20", "--units", "16");
        Assert.Equal(("", 0), (error, code));
        Assert.Contains("among the first 3, overall", output);
        Assert.Matches(@"learner    1,8\d\d updates in .* swaps of weights", output);

        // A collection of another's while it replays presumably makes one launch count what a buffer held: the least of four.
        const string NoBytes = "allocated  0 bytes by ";
        Assert.True(
            output.Contains(NoBytes, StringComparison.Ordinal) || Enumerable.Range(0, 3).Any(_ => Launch("--built-in", "--fast", "--updates", "20", "--units", "16").Output.Contains(NoBytes, StringComparison.Ordinal)),
            output);
    }

    [Theory]
    [InlineData("no-such-file.txt: there is no such file.", "--text", "no-such-file.txt")]
    [InlineData("no-such-file.txt: there is no such file.", "--replay", "no-such-file.txt")]
    [InlineData("--units: expected a whole number from 1 to 2048, found '0'.", "--units", "0")]
    [InlineData("--replay and --built-in: expected one of them, found both.", "--built-in", "--replay", "x")]
    [InlineData("'--fats' is not understood. Try --help.", "--fats")]
    public void What_the_user_can_put_right_is_a_sentence(string expected, params string[] arguments)
    {
        (int code, _, string error) = Launch(arguments);
        Assert.Equal(SampleProgram.Refused, code);
        Assert.EndsWith(expected, error.TrimEnd());
        Assert.DoesNotContain("   at ", error);
    }

    [Fact]
    public void A_text_that_is_too_short_is_refused_with_both_numbers()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Path("short.txt"), "too short");
        Assert.Contains("short.txt: expected at least 49 characters, found 9.", Launch("--fast", "--text", folder.Path("short.txt")).Error);
    }

    [Fact]
    public void It_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using StringWriter output = new(), error = new();
        Assert.Equal(SampleProgram.Stopped, SampleProgram.Run(["--built-in"], KeyboardApp.Help, KeyboardApp.Run, output, error, stop.Token));
    }

    private static (int Code, string Output, string Error) Launch(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = SampleProgram.Run(arguments, KeyboardApp.Help, KeyboardApp.Run, output, error, default);
        return (code, output.ToString(), error.ToString());
    }

    private static SequenceModel Trained(int units = 24, int updates = 60) => FirstModel.Train(First, Letters.Count, units, updates, seed: 1, default);

    private static Learner LearnerOf(SequenceModel model, out TypedText typed) => new(model, First, typed = new TypedText(), seed: 1);

    private static void Type(Suggester suggester, int[] tokens) => Array.ForEach(tokens, suggester.Read);

    /// <summary>The state after a text: it tells one set of weights from another.</summary>
    private static byte[] State(FrozenModel weights, int[] text)
    {
        using var suggester = new Suggester(weights, Letters);
        Type(suggester, text);
        return suggester.Snapshot();
    }
}
