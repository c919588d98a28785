using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Models;
using SpanRnn.Tests.Laws;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Training.Schedules;
using SpanRnn.Training.Optimizers;
using Xunit;

namespace SpanRnn.Tests.Models;

/// <summary>Writing step by step has the bits of training's run; it is seeded and allocates nothing; beams of one are greedy.</summary>
[Collection(Alone.Name)]
public sealed class GenerationLaws
{
    private const int Longest = 9;

    public static TheoryData<string> Cases => WritingCases.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_over_the_true_outputs_have_the_bits_of_training(string name)
    {
        WritingCase c = WritingCases.Of(name, isLarge: true);
        using EncoderDecoder model = c.Load();
        using EncoderDecoderSession session = model.CreateSession(c.SourceSteps);
        for (int row = 0; row < c.Rows; row++)
        {
            (EncoderDecoderTrainer trainer, float[] expected) = c.Alone(model, row);
            trainer.Dispose();
            Read(session, c, row);
            float[] found = new float[c.Twin.Outputs], previous = new float[model.Options.FeedbackSize];
            for (int t = 0; t < c.LengthOf(row); t++)
            {
                if (c.Twin.TargetVocabulary > 0)
                {
                    session.Step(t == 0 ? 1 : c.Targets[(t - 1) * c.Rows + row], found);
                }
                else
                {
                    session.Step(previous, found);
                    EngineRun.Floats(c.NumberTargets).AsSpan((t * c.Rows + row) * c.Twin.Outputs, previous.Length).CopyTo(previous);
                }

                Bits.Equal($"row {row}, step {t}", expected.AsSpan(t * found.Length, found.Length), found);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_written_greedily_is_the_argmax_of_a_run_over_it_and_the_only_beam_of_one(string name)
    {
        WritingCase c = WritingCases.Of(name, isLarge: true);
        if (c.Twin.TargetVocabulary == 0)
        {
            return; // numbers have no argmax; the next law is theirs
        }

        using var model = new EncoderDecoder(c.Options with { EndToken = 2 });
        Arenas.Load(model.Weights, Arenas.Draw(model.Weights.Layout, c.Seed));
        model.Pack();
        using EncoderDecoderSession session = model.CreateSession(c.SourceSteps);
        using var one = new BeamSearch(model, c.SourceSteps, Longest, width: 1);
        using var many = new BeamSearch(model, c.SourceSteps, Longest, width: 3, lengthPenalty: 1);
        float[] logits = new float[c.Twin.Outputs];
        int[] tokens = new int[Longest];
        for (int row = 0; row < c.Rows; row++)
        {
            Read(session, c, row);
            int count = session.Generate(new TokenSampler(temperature: 0), tokens);
            session.Rewind();
            for (int t = 0; t <= count && t < Longest; t++)
            {
                session.Step(t == 0 ? 1 : tokens[t - 1], logits);
                Assert.Equal(t == count ? 2 : tokens[t], Array.IndexOf(logits, logits.Max()));
            }

            Assert.Equal(1, Search(one, c, row));
            Assert.Equal(tokens.AsSpan(0, count), one.Tokens(0));
            Assert.Equal(count < Longest, one.HasEnded(0));
            int found = Search(many, c, row);
            for (int i = 0; i < found; i++)
            {
                double log = LogProbability(session, many.Tokens(i), many.HasEnded(i));
                int length = many.Tokens(i).Length + (many.HasEnded(i) ? 1 : 0);
                Assert.Equal(log, many.LogProbability(i), 1e-5);
                Assert.Equal(log / ((5.0 + length) / 6), many.Score(i), 1e-5);
                Assert.True(i == 0 || many.Score(i) <= many.Score(i - 1));
            }
        }
    }

    [Fact]
    public void A_wide_beam_finds_what_trying_everything_finds()
    {
        WritingCase c = WritingCases.Of("general");
        using var model = new EncoderDecoder(c.Options with { EndToken = 2 });
        Arenas.Load(model.Weights, Arenas.Draw(model.Weights.Layout, 5, scale: 1.5));
        model.Pack();
        using var beam = new BeamSearch(model, c.SourceSteps, 3, width: 400, lengthPenalty: 0.7);
        using EncoderDecoderSession session = model.CreateSession(c.SourceSteps);
        Read(session, c, 1);
        int found = Search(beam, c, 1), vocabulary = c.Twin.TargetVocabulary;
        (double best, int[] tokens) = (double.NegativeInfinity, []);
        for (int length = 0; length <= 3; length++)
        {
            for (int n = 0; n < Math.Pow(vocabulary, length); n++)
            {
                int[] tried = [.. Enumerable.Range(0, length).Select(i => n / (int)Math.Pow(vocabulary, i) % vocabulary)];
                if (!tried.Contains(2))
                {
                    bool ends = length < 3;
                    double score = LogProbability(session, tried, ends) / Math.Pow((5.0 + length + (ends ? 1 : 0)) / 6, 0.7);
                    (best, tokens) = score > best ? (score, tried) : (best, tokens);
                }
            }
        }

        Assert.Equal(1 + 5 + 25 + 125, found);
        Assert.Equal(tokens, beam.Tokens(0).ToArray());
        Assert.Equal(best, beam.Score(0), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Writing_allocates_no_byte_repeats_itself_and_returns_what_it_rents(string name)
    {
        WritingCase c = WritingCases.Of(name, isLarge: true);
        int before = SlabPool.Outstanding;
        using (EncoderDecoder model = c.Load())
        {
            using EncoderDecoderSession session = model.CreateSession(c.SourceSteps);
            Read(session, c, 0);
            if (c.Twin.TargetVocabulary == 0)
            {
                float[] first = new float[5 * c.Twin.Outputs], second = new float[5 * c.Twin.Outputs];
                session.Generate(first);
                Assert.Equal(0, Allocations.Of(() => session.Generate(second)));
                Bits.Equal("again", first, second);
            }
            else
            {
                using var beam = new BeamSearch(model, c.SourceSteps, Longest, width: 3);
                int[] source = c.TakesTokens ? c.SourceTokens[..c.SourceSteps] : [], again = new int[Longest], tokens = new int[Longest];
                float[] x = c.TakesTokens ? [] : EngineRun.Floats(c.Source)[..c.Twin.Vector];
                float[] attention = new float[model.Attention is null ? 0 : Longest * session.SourceLength];
                TokenSampler sampler = new(1, seed: 8), likeliest = new(0.9, seed: 8, topK: 4, topP: 0.8), greedy = new(0);
                session.Generate(new TokenSampler(1, seed: 8), again);
                session.Generate(sampler, tokens);
                Assert.Equal(again, tokens);
                Assert.Equal(0, Allocations.Of(() =>
                {
                    session.Generate(sampler, tokens, attention);
                    session.Generate(likeliest, tokens);
                    session.Generate(greedy, tokens);
                    _ = c.TakesTokens ? beam.Search(source) : beam.Search(x);
                }));
            }
        }

        Assert.Equal(before, SlabPool.Outstanding);
    }

    [Theory]
    [InlineData("dot")]
    [InlineData("general")]
    [InlineData("additive from both directions")]
    [InlineData("a source read from its end")]
    public void Attention_can_be_read_and_sums_to_one(string name)
    {
        WritingCase c = WritingCases.Of(name, isLarge: true);
        using EncoderDecoder model = c.Load();
        using EncoderDecoderSession session = model.CreateSession(c.SourceSteps);
        Read(session, c, 1);
        float[] attention = new float[3 * session.SourceLength], last = new float[session.SourceLength];
        session.Generate(new TokenSampler(0), new int[3], attention);
        session.CopyAttentionTo(last);
        Bits.Equal("the last step", attention.AsSpan(2 * last.Length), last);
        for (int t = 0; t < 3; t++)
        {
            Assert.Equal(1, attention.Skip(t * last.Length).Take(last.Length).Sum(w => (double)w), 1e-6);
            Assert.All(attention.Skip(t * last.Length).Take(last.Length), weight => Assert.InRange(weight, 0f, 1f));
        }
    }

    [Theory]
    [InlineData("dot")]
    [InlineData("additive from both directions")]
    [InlineData("a source read from its end")]
    public void Attention_is_that_of_the_twin_in_the_order_of_the_source(string name)
    {
        WritingCase c = WritingCases.Of(name);
        using EncoderDecoder model = c.Load();
        Dictionary<int, double[]> expected = [];
        (c.Twin with { Observe = expected.Add }).Run(Arenas.Draw(model.Weights.Layout, c.Seed), c.Sequences);
        using EncoderDecoderSession session = model.CreateSession(c.SourceSteps);
        Read(session, c, 0);
        float[] found = new float[session.SourceLength];
        for (int t = 0; t < c.LengthOf(0); t++)
        {
            session.Step(t == 0 ? 1 : c.Targets[(t - 1) * c.Rows], default);
            session.CopyAttentionTo(found);
            Closeness.Absolute($"step {t}", expected[t * c.Rows], found, 1e-6);
        }
    }

    [Fact]
    public void Scheduled_sampling_reads_the_models_own_outputs_and_its_gradients_are_those_of_what_it_read()
    {
        foreach (string name in new[] { "general", "vector first, numbers fed back" })
        {
            WritingCase c = WritingCases.Of(name) with { Lengths = null };
            using EncoderDecoder model = c.Load();
            Dictionary<string, double[]> weights = Arenas.Draw(model.Weights.Layout, c.Seed);
            TrainerOptions options = new() { Steps = 1, Optimizer = new Sgd(0.1), AccumulatedBatches = 9, TeacherForcing = Schedule.Constant(0.4), Seed = 5 };
            using EncoderDecoderTrainer trainer = c.Trainer(model, options), same = c.Trainer(model, options with { Optimizer = new Sgd(0.1) });
            double loss = c.Step(trainer);
            Assert.Equal(loss, c.Step(same));
            Assert.InRange(trainer.TeacherForcedShare, 0.05, 0.95);
            TwinSequences read = c.Sequences with { ReadTokens = ReadTokens(c, trainer), Read = ReadNumbers(c, trainer) };
            Assert.NotEqual(c.Loss(weights), loss, 1e-4);
            Assert.Equal(c.Loss(weights, read), loss, 1e-5);
            foreach ((string tensor, float[] gradient) in Arenas.Read(trainer.Gradients))
            {
                double worst = CentralDifference.Gradient(() => c.Loss(weights, read), weights, tensor, 4).WorstError(gradient);
                Assert.True(worst <= 1e-5, $"{name}: the gradient of {tensor} is off by {worst:e2}.");
            }
        }
    }

    [Fact]
    public void Numbers_that_are_all_the_models_own_are_those_it_writes()
    {
        WritingCase c = WritingCases.Of("vector first, numbers fed back", isLarge: true) with { Lengths = null };
        using EncoderDecoder model = c.Load();
        using EncoderDecoderTrainer trainer = c.Trainer(
            model, new() { Steps = 1, Optimizer = new Sgd(0.1), AccumulatedBatches = 9, TeacherForcing = Schedule.Constant(0) });
        c.Step(trainer);
        Assert.Equal(0, trainer.TeacherForcedShare);
        using EncoderDecoderSession session = model.CreateSession();
        Read(session, c, 2);
        float[] written = new float[c.Steps * 2];
        session.Generate(written);
        for (int t = 1; t < c.Steps; t++)
        {
            Bits.Equal($"step {t}", written.AsSpan((t - 1) * 2, 2), trainer.Target.Stack.Input[t * c.Rows + 2, 2]);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        WritingCase c = WritingCases.Of("general");
        using EncoderDecoder model = c.Load();
        using EncoderDecoderSession session = model.CreateSession(c.SourceSteps);
        Assert.Throws<InvalidOperationException>(session.Rewind);
        Assert.Throws<InvalidOperationException>(() => session.Step(1, default));
        Assert.Throws<ArgumentException>(() => session.Read(new int[c.SourceSteps + 1]));
        Assert.Throws<InvalidOperationException>(() => session.Read(new float[3]));
        session.Read(new int[2]);
        Assert.Throws<InvalidOperationException>(() => session.CopyAttentionTo(new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Step(99, default));
        Assert.Throws<ArgumentException>(() => session.Step(1, new float[3]));
        Assert.Throws<InvalidOperationException>(() => session.Step(new float[6], new float[6]));
        EncoderDecoderOptions o = c.Options;
        Assert.Contains("outputs of one size", Refused(o with { Attention = AttentionKind.Dot }), StringComparison.Ordinal);
        Assert.Contains("Outputs: expected a logit for each of 6 tokens, found 5", Refused(o with { Outputs = 5 }), StringComparison.Ordinal);
        Assert.Contains("Decoder: expected one direction", Refused(o with { Decoder = o.Decoder with { Bidirectional = true } }), StringComparison.Ordinal);
        Assert.Contains("Bridge: the final states", Refused(o with { Bridge = BridgeKind.Direct }), StringComparison.Ordinal);
        Assert.Contains("know nothing of the source", Refused(o with { Attention = AttentionKind.None, Context = ContextUse.None }), StringComparison.Ordinal);
        Assert.Contains("StartToken", Refused(o with { StartToken = 6 }), StringComparison.Ordinal);
    }

    private static string Refused(EncoderDecoderOptions options) => Assert.ThrowsAny<ArgumentException>(() => new EncoderDecoder(options)).Message;

    private static double LogProbability(EncoderDecoderSession session, ReadOnlySpan<int> tokens, bool ends)
    {
        double log = 0;
        float[] logits = new float[session.OutputSize];
        session.Rewind();
        for (int t = 0; t < tokens.Length + (ends ? 1 : 0); t++)
        {
            session.Step(t == 0 ? 1 : tokens[t - 1], logits);
            log += logits[t == tokens.Length ? 2 : tokens[t]] - Math.Log(logits.Sum(a => Math.Exp(a)));
        }

        return log;
    }

    private static int[] SourceOf(WritingCase c, int row) =>
        [.. Enumerable.Range(0, c.SourceLengths is null ? c.SourceSteps : c.SourceLengths[row]).Select(t => c.SourceTokens[t * c.Rows + row])];

    private static float[] NumbersOf(WritingCase c, int row) => EngineRun.Floats(c.Twin.Encoder is null
        ? c.Source[(row * c.Twin.Vector)..((row + 1) * c.Twin.Vector)]
        : StateRows.Steps(c.Source, row, c.Rows, c.SourceLengths![row], c.Twin.Encoder.Inputs));

    private static void Read(EncoderDecoderSession session, WritingCase c, int row)
    {
        if (c.TakesTokens)
        {
            session.Read(SourceOf(c, row));
        }
        else
        {
            session.Read(NumbersOf(c, row));
        }
    }

    private static int Search(BeamSearch beam, WritingCase c, int row) =>
        c.TakesTokens ? beam.Search(SourceOf(c, row)) : beam.Search(NumbersOf(c, row));

    private static int[] ReadTokens(WritingCase c, EncoderDecoderTrainer trainer) =>
        c.Twin.TargetVocabulary == 0 ? [] : trainer.Target.Tokens.ToArray(); // all of one length: packed as the user's

    private static double[] ReadNumbers(WritingCase c, EncoderDecoderTrainer trainer)
    {
        if (c.Twin.TargetVocabulary > 0)
        {
            return [];
        }

        List<double> numbers = [];
        for (int row = 0; row < c.Steps * c.Rows; row++)
        {
            foreach (float number in trainer.Target.Stack.Input[row, c.Twin.Outputs])
            {
                numbers.Add(number);
            }
        }

        return [.. numbers];
    }
}
