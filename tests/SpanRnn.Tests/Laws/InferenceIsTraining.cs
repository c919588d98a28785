using System.Runtime.InteropServices;
using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>What inference computes, much of it right where the caller wants it, has the bits of what training keeps in its tape.</summary>
public sealed class InferenceIsTraining
{
    private const int Before = 5, After = 19;

    /// <summary>Sequences that are divided into groups which share a panel.</summary>
    private const int Many = LayerPass<Lstm>.MostRows + 4;

    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void Outputs_and_final_states_have_the_same_bits(LawCell cell) => Problems.ForAll(cell, 30, Limits.Engine, drawn =>
    {
        using var team = new WorkerTeam(2) { DividesAll = true };
        foreach (Problem problem in (Problem[])[drawn, InWholeBlocks(drawn)])
        {
            using Recurrent engine = EngineRun.Load(problem, Isa.Best);
            using RecurrentTape training = engine.Plan(problem.Steps, problem.Rows), inference = engine.Plan(problem.Steps, problem.Rows, training: false);
            using RecurrentTape divided = engine.Plan(problem.Steps, problem.Rows, training: false, team);
            Result expected = Run(engine, training, problem, wantsOutput: true), withoutOutput = Run(engine, inference, problem, wantsOutput: false);
            expected.MustBe("inference", Run(engine, inference, problem, wantsOutput: true));
            expected.MustBe("two threads", Run(engine, divided, problem, wantsOutput: true));
            Bits.Equal("hn without y", expected.HN, withoutOutput.HN);
            Bits.Equal("cn without y", expected.CN, withoutOutput.CN);
        }
    });

    /// <summary>One direction: y gets the states that the tape then does not; by sequences, by units, and with W x computed beside R h.</summary>
    [Theory]
    [InlineData(LawCell.Lstm, Many, 112, 1)]
    [InlineData(LawCell.Lstm, 3 * Many + 1, 112, 3)]
    [InlineData(LawCell.Gru, 2 * Many + 1, 112, 2)]
    [InlineData(LawCell.Rnn, Many, 112, 1)]
    [InlineData(LawCell.GruResetBefore, Many, 112, 1)]
    [InlineData(LawCell.Rnn, 1, 192, 1)]
    [InlineData(LawCell.Lstm, 1, 128, 1)]
    [InlineData(LawCell.GruResetBefore, 1, 160, 2)]
    [InlineData(LawCell.LstmWithProjection, 33, 112, 2)]
    public void States_go_where_they_are_wanted(LawCell cell, int rows, int units, int threads)
    {
        TwinRecurrent stack = Problems.PlainStack(cell, 100, [units, units]) with { Bidirectional = false };
        var problem = new Problem(InWholeBlocks(stack), Steps: rows == 1 ? 23 : 5, rows, Seed: 3);
        using var team = new WorkerTeam(threads) { DividesAll = true };
        using Recurrent engine = EngineRun.Load(problem, Isa.Of(16));
        using RecurrentTape training = engine.Plan(problem.Steps, problem.Rows), inference = engine.Plan(problem.Steps, problem.Rows, training: false, team);
        Run(engine, training, problem, wantsOutput: true).MustBe("y", Run(engine, inference, problem, wantsOutput: true));
        Span<float> states = inference.Stack.Output[0, problem.Steps * rows * engine.OutputSize];
        Assert.All(states[..^(rows * engine.OutputSize)].ToArray(), state => Assert.Equal(0f, state));
        Assert.Contains(states[^(rows * engine.OutputSize)..].ToArray(), state => state != 0f);
    }

    /// <summary>Two directions: each writes its states beside the other's, the reverse one from the end, and its tape gets the final ones alone.</summary>
    [Theory]
    [InlineData(LawCell.Lstm, Many, 112, 1)]
    [InlineData(LawCell.Lstm, 20, 272, 2)]
    [InlineData(LawCell.Lstm, 3 * Many + 1, 112, 3)]
    [InlineData(LawCell.Gru, Many, 112, 1)]
    [InlineData(LawCell.Rnn, Many, 112, 1)]
    [InlineData(LawCell.GruResetBefore, Many, 48, 1)]
    [InlineData(LawCell.Gru, 3, 112, 1)]
    [InlineData(LawCell.Gru, 1, 400, 2)]
    [InlineData(LawCell.Rnn, 1, 192, 1)]
    [InlineData(LawCell.GruResetBefore, 9, 160, 1)]
    [InlineData(LawCell.GruResetBefore, 2, 160, 2)]
    [InlineData(LawCell.GruResetBefore, 3, 160, 3)]
    public void Two_directions_write_side_by_side(LawCell cell, int rows, int units, int threads) =>
        SideBySide(BothWays(cell, units), rows == 1 ? 23 : 5, rows, threads, [16, 8]);

    /// <summary>The same at narrow widths, and of cells with settings of their own: peepholes, other activations.</summary>
    [Theory]
    [InlineData(LawCell.Lstm, true)]
    [InlineData(LawCell.Lstm, false)]
    [InlineData(LawCell.Gru, false)]
    [InlineData(LawCell.GruResetBefore, false)]
    [InlineData(LawCell.Rnn, false)]
    public void General_cells_do_so_too(LawCell cell, bool hasPeepholes)
    {
        TwinRecurrent stack = BothWays(cell, 32) with { HasPeepholes = hasPeepholes };
        TwinActivations activations = new(new(TwinFunction.HardSigmoid, 0.2, 0.5), cell == LawCell.Rnn ? null : new(TwinFunction.Softsign));
        foreach (int rows in (int[])[2, 11])
        {
            SideBySide(stack, steps: 6, rows, threads: 1, [16, 8, 4, 1]);
            SideBySide(stack with { Activations = activations }, steps: 6, rows, threads: 1, [16, 4]);
        }
    }

    /// <summary>A tape that is larger than its batch, and batches of one length and of several in turns.</summary>
    [Fact]
    public void A_tape_for_inference_serves_batches_of_all_kinds()
    {
        var problem = new Problem(BothWays(LawCell.Lstm, 48), Steps: 9, Rows: 12, Seed: 3);
        using Recurrent engine = EngineRun.Load(problem, Isa.Best);
        using RecurrentTape training = engine.Plan(problem.Steps, problem.Rows), inference = engine.Plan(problem.Steps + 3, problem.Rows + 2, training: false);
        Problem[] batches =
            [problem, problem with { Lengths = [9, 1, 0, 4, 9, 9, 2, 3, 5, 7, 8, 6] }, problem with { Steps = 4, Rows = 3, Given = 6 }, problem with { Seed = 4 }];
        foreach (Problem batch in batches)
        {
            Run(engine, training, batch, wantsOutput: true).MustBe(batch.ToString(), Run(engine, inference, batch, wantsOutput: true));
        }
    }

    private static TwinRecurrent BothWays(LawCell cell, int units) =>
        Problems.PlainStack(cell, 21, [units, units]) with { Bidirectional = true, Merge = TwinMerge.Concat };

    private static void SideBySide(TwinRecurrent stack, int steps, int rows, int threads, int[] widths)
    {
        using var team = new WorkerTeam(threads) { DividesAll = true };
        foreach (int lanes in widths)
        {
            foreach (int given in (int[])[7, 6]) // with initial states, and from zero
            {
                var problem = new Problem(stack, steps, rows, Seed: 3) { Given = given };
                using Recurrent engine = EngineRun.Load(problem, Isa.Of(lanes));
                using RecurrentTape training = engine.Plan(steps, rows), inference = engine.Plan(steps, rows, training: false, team);
                Result expected = Run(engine, training, problem, wantsOutput: true);
                for (int run = 0; run < 2; run++)
                {
                    expected.MustBe($"{lanes} lanes, {given}", Run(engine, inference, problem, wantsOutput: true));
                }

                Bits.Equal("hn without y", expected.HN, Run(engine, inference, problem, wantsOutput: false).HN);
                int states = rows * stack.Hidden[0];
                foreach (LayerTape tape in inference.Stack.Layers)
                {
                    ReadOnlySpan<float> kept = MemoryMarshal.CreateReadOnlySpan(ref tape.H, (steps + 1) * states);
                    Assert.False(kept[states..^states].ContainsAnyExcept(0f));
                    Assert.True(kept[^states..].ContainsAnyExcept(0f));
                }
            }
        }
    }

    /// <summary>Inference computes W x for so many steps at a time that they stay in a cache; a longer sequence begins anew.</summary>
    [Theory]
    [InlineData(LawCell.Lstm, 96)]
    [InlineData(LawCell.Gru, 128)]
    public void A_long_sequence(LawCell cell, int units)
    {
        var problem = new Problem(Problems.PlainStack(cell, 100, [units, units]), Steps: 300, Rows: 1, Seed: 7);
        using Recurrent engine = EngineRun.Load(problem, Isa.Of(16));
        using RecurrentTape training = engine.Plan(problem.Steps, problem.Rows), inference = engine.Plan(problem.Steps, problem.Rows, training: false);
        Run(engine, training, problem, wantsOutput: true).MustBe("300 steps", Run(engine, inference, problem, wantsOutput: true));
    }

    /// <summary>States without padding, whose rows are the caller's.</summary>
    private static Problem InWholeBlocks(Problem problem) => problem with { Stack = InWholeBlocks(problem.Stack) };

    private static TwinRecurrent InWholeBlocks(TwinRecurrent stack) =>
        stack with { Hidden = [.. stack.Hidden.Select(Block.Pad)], Projection = Block.Pad(stack.Projection) };

    private static Result Run(Recurrent engine, RecurrentTape tape, Problem problem, bool wantsOutput)
    {
        // Neither aligned nor alone in its array: what lies around it must stay.
        int length = wantsOutput ? problem.Steps * problem.Rows * engine.OutputSize : 0;
        float[] y = [.. Enumerable.Repeat(float.NaN, Before + length + After)];
        float[] hn = new float[problem.Rows * engine.HiddenStateSize], cn = new float[problem.Rows * engine.CellStateSize];
        TwinBatch batch = problem.Batch();
        engine.Forward(
            tape, batch.Steps, batch.Rows, batch.Lengths, EngineRun.Floats(batch.X), EngineRun.Floats(batch.H0), EngineRun.Floats(batch.C0),
            y.AsSpan(Before, length), hn, cn);
        return new Result(y, hn, cn);
    }

    private sealed record Result(float[] Y, float[] HN, float[] CN)
    {
        public void MustBe(string what, Result other)
        {
            Bits.Equal($"{what}: y", Y, other.Y);
            Bits.Equal($"{what}: hn", HN, other.HN);
            Bits.Equal($"{what}: cn", CN, other.CN);
        }
    }
}
