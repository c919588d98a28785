using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>What is known to be zero at the first step, or wanted by nobody before it, is not computed, and nothing else changes.</summary>
public sealed class RunsFromZero
{
    public static TheoryData<LawCell> Cells => Problems.Cells;

    /// <summary>Beside a sequence that starts from something, and that nobody asks about, everything is computed for all.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void A_run_from_zero_has_the_bits_of_one_beside_a_sequence_that_starts_from_something(LawCell cell) =>
        Problems.ForAll(cell, 25, Limits.Engine with { Given = [2, 6], Lengths = false, MostRows = 14 }, problem =>
        {
            TwinRecurrent stack = problem.Stack;
            TwinBatch batch = problem.Batch();
            int rows = problem.Rows, outputs = stack.OutputWidth(stack.Layers - 1);
            int[] x = OfSteps(stack.Inputs), y = OfSteps(outputs), hidden = StateRows.HiddenWidths(stack), cells = StateRows.CellWidths(stack);
            var wider = new TwinBatch(problem.Steps, rows + 1, OneMore(batch.X, rows, x, 0.5)!)
            {
                H0 = OneMore(new double[stack.HiddenStateCount(rows)], rows, hidden, 0.25),
            };
            (double[]? dy, double[]? dhn, double[]? dcn) = problem.Upstream();
            foreach (int lanes in Numbers.Widths)
            {
                using Recurrent engine = EngineRun.Load(problem, Isa.Of(lanes));
                using RecurrentTape tape = engine.Plan(problem.Steps, rows + 1);
                EngineRun all = EngineRun.Of(engine, tape, wider, OneMore(dy, rows, y, 0), OneMore(dhn, rows, hidden, 0), OneMore(dcn, rows, cells, 0));
                Assert.All(tape.Stack.Layers, layer => Assert.False(layer.StartsFromZero));
                EngineRun found = EngineRun.Of(engine, tape, batch, dy, dhn, dcn);
                Assert.All(tape.Stack.Layers, layer => Assert.True(layer.StartsFromZero));
                Bits.Equal($"{lanes} lanes: y", OneLess(all.Output, rows, y), found.Output);
                Bits.Equal($"{lanes} lanes: hn", OneLess(all.HN, rows, hidden), found.HN);
                foreach ((string name, float[] gradient) in found.Gradients)
                {
                    float[] expected = all.Gradients[name];
                    int[] widths = name switch { "input" => x, "h0" => hidden, "c0" => cells, _ => [] };
                    Bits.Equal($"{lanes} lanes: gradient of {name}", widths.Length == 0 ? expected : OneLess(expected, rows, widths), gradient);
                }
            }

            int[] OfSteps(int width) => [.. Enumerable.Repeat(width, problem.Steps)];
        });

    /// <summary>Of arrays [rows, width], one after the other: one row more of each, of such numbers.</summary>
    private static double[]? OneMore(double[]? values, int rows, int[] widths, double number)
    {
        if (values is null)
        {
            return null;
        }

        var more = new List<double>();
        int at = 0;
        foreach (int width in widths)
        {
            more.AddRange(values.AsSpan(at, rows * width));
            more.AddRange(Enumerable.Repeat(number, width));
            at += rows * width;
        }

        return [.. more];
    }

    private static float[] OneLess(float[] values, int rows, int[] widths)
    {
        var fewer = new List<float>();
        int at = 0;
        foreach (int width in values.Length == 0 ? [] : widths)
        {
            fewer.AddRange(values.AsSpan(at, rows * width));
            at += (rows + 1) * width;
        }

        return [.. fewer];
    }

    /// <summary>By sequences and by units, one by one and many, with W x computed beside R h (one sequence, caches that keep up) and apart.</summary>
    [Theory]
    [InlineData(LawCell.Lstm, 1, 1, 1, false)]
    [InlineData(LawCell.Lstm, 1, 1, 1, true)]
    [InlineData(LawCell.Lstm, 1, 7, 1, true)]
    [InlineData(LawCell.Lstm, 20, 1, 2, false)]
    [InlineData(LawCell.Gru, 1, 1, 2, false)]
    [InlineData(LawCell.Gru, 1, 12, 1, true)]
    [InlineData(LawCell.Gru, 9, 1, 1, false)]
    [InlineData(LawCell.GruResetBefore, 1, 1, 1, false)]
    [InlineData(LawCell.GruResetBefore, 1, 9, 1, true)]
    [InlineData(LawCell.GruResetBefore, 9, 1, 2, false)]
    [InlineData(LawCell.GruResetBefore, 17, 1, 2, false)]
    [InlineData(LawCell.Rnn, 3, 1, 2, false)]
    [InlineData(LawCell.LstmWithProjection, 20, 1, 2, false)]
    public void R_is_not_read_at_a_first_step_from_zero(LawCell cell, int rows, int steps, int threads, bool isBeside)
    {
        var problem = new Problem(Problems.PlainStack(cell, 128, [128]) with { Bidirectional = false }, steps, rows, Seed: 5) { Given = 6 };
        using var team = new WorkerTeam(threads) { DividesAll = true };
        using Recurrent engine = EngineRun.Load(problem, Isa.Of(16, isBeside ? CacheLevel.Third : CacheLevel.First));
        using RecurrentTape tape = engine.Plan(steps, rows, team: threads == 1 ? null : team);
        int first = rows * engine.OutputSize;
        float[] expected = EngineRun.Of(engine, tape, problem).Output[..first];
        engine.Weights["weight_hh_l0"].Memory.Fill(float.NaN);
        engine.Pack();
        float[] found = EngineRun.Of(engine, tape, problem).Output;
        Bits.Equal("the first step", expected, found.AsSpan(0, first));
        Assert.All(found[first..], number => Assert.True(float.IsNaN(number)));
        Assert.All(EngineRun.Of(engine, tape, problem with { Given = 7 }).Output, number => Assert.True(float.IsNaN(number)));
    }

    /// <summary>NaN in the place of the states before the first step, or of what the candidate's weights are multiplied with there, reaches no gradient of R.</summary>
    [Theory]
    [InlineData(LawCell.Rnn)]
    [InlineData(LawCell.Lstm)]
    [InlineData(LawCell.GruResetBefore)]
    public void The_gradient_of_R_has_no_terms_of_a_first_step_from_zero(LawCell cell)
    {
        var problem = new Problem(Problems.PlainStack(cell, 5, [20]) with { Bidirectional = false }, Steps: 3, Rows: 4, Seed: 5) { Given = 2 };
        using Recurrent engine = EngineRun.Load(problem, Isa.Best);
        using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows);
        using ParameterSet gradients = engine.CreateGradients();
        engine.Forward(tape, problem.Steps, problem.Rows, [], EngineRun.Floats(problem.Batch().X), [], [], [], [], []);
        LayerTape layer = tape.Stack.Layers[0];
        ref float state = ref cell == LawCell.GruResetBefore ? ref layer.Gated : ref layer.H;
        MemoryMarshal.CreateSpan(ref state, problem.Rows * Block.Pad(20)).Fill(float.NaN);
        engine.Backward(tape, EngineRun.Floats(problem.Upstream().Y), [], [], gradients, accumulate: false, [], [], []);
        Assert.All(gradients["weight_hh_l0"].Memory.ToArray(), number => Assert.True(float.IsFinite(number)));
        Assert.Contains(gradients["weight_hh_l0"].Memory.ToArray(), number => number != 0f);
    }

    /// <summary>Of layers too whose dx is computed beside R' da.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void A_gradient_of_initial_states_that_nobody_wants_changes_no_other(LawCell cell)
    {
        Problems.ForAll(cell, 20, Limits.Engine, problem => Check(problem, Isa.Best));
        foreach (int steps in (int[])[1, 5, 6, 13])
        {
            Check(new(Problems.PlainStack(cell, 128, [128, 128]) with { Bidirectional = false }, steps, Rows: 1, Seed: 9), Isa.Of(16));
        }

        static void Check(Problem problem, Isa isa)
        {
            using Recurrent engine = EngineRun.Load(problem, isa);
            using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows);
            EngineRun expected = EngineRun.Of(engine, tape, problem);
            (double[]? y, double[]? hn, double[]? cn) = problem.Upstream();
            TwinBatch batch = problem.Batch();
            float[] x = EngineRun.Floats(batch.X), dx = new float[x.Length], dc0 = new float[problem.Rows * engine.CellStateSize];
            engine.Forward(tape, batch.Steps, batch.Rows, batch.Lengths, x, EngineRun.Floats(batch.H0), EngineRun.Floats(batch.C0), [], [], []);
            using ParameterSet gradients = engine.CreateGradients();
            engine.Backward(tape, EngineRun.Floats(y), EngineRun.Floats(hn), EngineRun.Floats(cn), gradients, accumulate: false, dx, dh0: [], dc0);
            Bits.Equal("dx", expected.Gradients["input"], dx);
            Bits.Equal("dc0", expected.Gradients["c0"], dc0);
            foreach (ParameterInfo tensor in gradients.Layout.Tensors)
            {
                float[] found = new float[tensor.Count];
                gradients[tensor.Name].CopyTo(found);
                Bits.Equal($"gradient of {tensor.Name}", expected.Gradients[tensor.Name], found);
            }
        }
    }
}
