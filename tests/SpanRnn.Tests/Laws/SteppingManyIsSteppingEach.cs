using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;
using SpanRnn.Tests.Support;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Sessions that are stepped together get the bits of stepping alone, whatever their weights' format, at every width, and allocate nothing.</summary>
public sealed class SteppingManyIsSteppingEach
{
    private const int Steps = 3;

    private static readonly Limits Streams = Limits.Streams with { MostRows = 41, MostInputs = 30 };

    public static TheoryData<LawCell, WeightFormat> Cases
    {
        get
        {
            var cases = new TheoryData<LawCell, WeightFormat>();
            foreach (LawCell cell in Enum.GetValues<LawCell>())
            {
                foreach (WeightFormat format in Enum.GetValues<WeightFormat>())
                {
                    cases.Add(cell, format);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void At_every_width(LawCell cell, WeightFormat format) => Problems.ForAll(cell, 6, Streams, problem =>
    {
        foreach (int lanes in Numbers.Widths)
        {
            using Recurrent engine = EngineRun.Load(problem, Isa.Of(lanes));
            Compare(engine.Freeze(format), engine.Freeze(format), problem.Rows, problem.Seed, null);
        }
    });

    [Theory]
    [InlineData(CellKind.Lstm)]
    [InlineData(CellKind.GruResetBefore)]
    public void On_threads(CellKind cell)
    {
        using var team = new WorkerTeam(3);
        using var layers = new Recurrent(new RecurrentOptions { Cell = cell, InputSize = 40, HiddenSizes = [96, 96] });
        layers.Initialize(5);
        Compare(layers.Freeze(), layers.Freeze(WeightFormat.BFloat16), 50, 6, team);
    }

    [Fact]
    public void Models_of_tokens_and_of_numbers()
    {
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, vocabulary: 11, embedding: 7, hidden: 20, layers: 2));
        model.Initialize(3);
        foreach (WeightFormat format in Enum.GetValues<WeightFormat>())
        {
            FrozenModel weights = model.Freeze(format);
            SequenceSession[] alone = [.. Enumerable.Range(0, 9).Select(_ => weights.CreateSession())];
            SequenceSession[] together = [.. Enumerable.Range(0, 9).Select(_ => weights.CreateSession())];
            using var batch = new SequenceSessionBatch(weights, 9);
            float[] expected = new float[9 * 11], found = new float[9 * 11];
            int[] tokens = [3, 1, 4, 1, 5, 9, 2, 6, 10];
            for (int step = 0; step < Steps; step++)
            {
                for (int i = 0; i < 9; i++)
                {
                    alone[i].Step(tokens[i], expected.AsSpan(i * 11, 11));
                }

                batch.StepMany(together, tokens, found);
                Bits.Equal($"{format}, step {step}", expected, found);
                Array.Reverse(tokens);
            }

            Assert.Equal(0, Allocations.Of(() => batch.StepMany(together, tokens, found)));
            Array.ForEach([.. alone, .. together], session => session.Dispose());
        }
    }

    [Fact]
    public void What_is_wrong_is_refused_before_any_state_is_touched()
    {
        using var layers = new Recurrent(new RecurrentOptions { Cell = CellKind.Lstm, InputSize = 2, HiddenSizes = [3] });
        using var others = new Recurrent(new RecurrentOptions { Cell = CellKind.Lstm, InputSize = 2, HiddenSizes = [4] });
        layers.Initialize(1);
        others.Initialize(1);
        using RecurrentSession a = layers.CreateSession(), b = layers.CreateSession(), other = others.CreateSession();
        using var batch = new RecurrentSessionBatch(layers.Freeze(), 2);
        batch.StepMany([a, b], new float[4], default);
        float[] before = States(a);
        Assert.Contains("sessions[1]: expected each session once", Refusal([a, a], new float[4], []));
        Assert.Contains("at most 2, as planned, found 3", Refusal([a, b, other], new float[6], []));
        Assert.Contains("expected those of layers like 2 x 3, found 2 x 4", Refusal([a, other], new float[4], []));
        Assert.Contains("x: expected 4 numbers", Refusal([a, b], new float[3], []));
        Assert.Contains("y: expected 6 numbers", Refusal([a, b], new float[4], new float[5]));
        Bits.Equal("state", before, States(a));

        string Refusal(RecurrentSession[] sessions, float[] x, float[] y) => Assert.Throws<ArgumentException>(() => batch.StepMany(sessions, x, y)).Message;
    }

    /// <summary>Sessions with two sets of weights in turns: runs of equal weights are multiplied together.</summary>
    private static void Compare(FrozenRecurrent first, FrozenRecurrent second, int sessions, int seed, WorkerTeam? team)
    {
        RecurrentSession[] alone = Create(), together = Create();
        using var batch = new RecurrentSessionBatch(first, sessions, team);
        float[] expected = new float[sessions * first.OutputSize], found = new float[expected.Length];
        for (int step = 0; step < Steps; step++)
        {
            float[] x = Numbers.Of(seed + step, sessions * first.InputSize);
            for (int i = 0; i < sessions; i++)
            {
                alone[i].Step(x.AsSpan(i * first.InputSize, first.InputSize), expected.AsSpan(i * first.OutputSize, first.OutputSize));
            }

            batch.StepMany(together, x, found);
            Bits.Equal($"step {step}", expected, found);
            for (int i = 0; i < sessions; i++)
            {
                Bits.Equal($"state {i}", States(alone[i]), States(together[i]));
            }
        }

        float[] inputs = Numbers.Of(seed, sessions * first.InputSize);
        Assert.Equal(0, Allocations.Of(() => batch.StepMany(together, inputs, found)));
        Array.ForEach([.. alone, .. together], session => session.Dispose());

        RecurrentSession[] Create() => [.. Enumerable.Range(0, sessions).Select(i => (i % 20 < 13 ? first : second).CreateSession())];
    }

    private static float[] States(RecurrentSession session)
    {
        float[] states = new float[session.HiddenStateSize + session.CellStateSize];
        session.CopyStateTo(states.AsSpan(0, session.HiddenStateSize), states.AsSpan(session.HiddenStateSize));
        return states;
    }
}
