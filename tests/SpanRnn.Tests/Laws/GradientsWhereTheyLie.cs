using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// Of sizes without padding the way back reads dy and writes dx where the user has them. The bits are those of a batch whose rows are put in order first, dx may
/// replace dy, or overlap it, dy is left as it was, and no dy is a dy of zeros.
/// </summary>
public sealed class GradientsWhereTheyLie
{
    private const int Steps = 5;

    public static TheoryData<LawCell> Cells => [LawCell.Rnn, LawCell.RnnRelu, LawCell.Lstm, LawCell.LstmWithProjection, LawCell.Gru, LawCell.GruResetBefore];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Have_the_same_bits(LawCell cell)
    {
        TwinRecurrent plain = Problems.PlainStack(cell, 32, [32]);
        TwinRecurrent forward = plain with { Bidirectional = false, Projection = plain.Projection > 0 ? 16 : 0 };
        TwinRecurrent[] stacks =
        [
            forward,
            forward with { Hidden = [48, 32] },
            forward with { Inputs = 20 }, // dy alone without padding
            forward with { Hidden = [20], Projection = 0 }, // dx alone
            forward with { IsReversed = true },
            forward with { Bidirectional = true },
            forward with { Bidirectional = true, Merge = TwinMerge.Mul },
            forward with { Bidirectional = true, Hidden = [32, 32], Merge = TwinMerge.Ave },
        ];
        using var team = new WorkerTeam(2) { DividesAll = true };
        foreach (TwinRecurrent stack in stacks)
        {
            foreach (int rows in (int[])[1, 21, 52]) // dx of few rows is copied
            {
                var problem = new Problem(stack, Steps, rows, Seed: 9) { Given = 6 };
                foreach (int lanes in (int[])[16, 8])
                {
                    using Recurrent engine = EngineRun.Load(problem, Isa.Of(lanes));
                    using RecurrentTape alone = engine.Plan(Steps, rows), divided = engine.Plan(Steps, rows, team: team);
                    Check(engine, alone, problem);
                    Check(engine, divided, problem);
                }
            }
        }
    }

    private static void Check(Recurrent engine, RecurrentTape tape, Problem problem)
    {
        const float untouched = 7f;
        float[] dy = EngineRun.Floats(problem.Upstream().Y), expected = PutInOrder(engine, problem, dy), zeros = new float[dy.Length];
        int count = Steps * problem.Rows * engine.Options.InputSize;

        // On no boundary of a vector, with a number before and one after.
        float[] apart = [untouched, .. dy, untouched], dx = [.. Enumerable.Repeat(untouched, count + 2)];
        Bits.Equal("apart", expected, Back(engine, tape, problem, apart.AsSpan(1, dy.Length), dx.AsSpan(1, count)));
        Bits.Equal("dy", [untouched, .. dy, untouched], apart);
        Assert.Equal((untouched, untouched), (dx[0], dx[^1]));
        foreach (int shift in (int[])[0, 3, -3])
        {
            float[] both = new float[3 + Math.Max(dy.Length, count) + 3];
            dy.CopyTo(both, 3);
            Bits.Equal($"dx {shift} after dy", expected, Back(engine, tape, problem, both.AsSpan(3, dy.Length), both.AsSpan(3 + shift, count)));
        }

        Bits.Equal("no dy", Back(engine, tape, problem, zeros, dx.AsSpan(1, count)), Back(engine, tape, problem, [], dx.AsSpan(1, count)));
    }

    /// <summary>The gradients of everything.</summary>
    private static float[] Back(Recurrent engine, RecurrentTape tape, Problem problem, ReadOnlySpan<float> dy, Span<float> dx)
    {
        using ParameterSet gradients = engine.CreateGradients();
        (_, double[]? dhn, double[]? dcn) = problem.Upstream();
        float[] dh0 = new float[problem.Rows * engine.HiddenStateSize], dc0 = new float[problem.Rows * engine.CellStateSize];
        engine.Forward(tape, Steps, problem.Rows, [], EngineRun.Floats(problem.Batch().X), [], [], [], [], []);
        engine.Backward(tape, dy, EngineRun.Floats(dhn), EngineRun.Floats(dcn), gradients, accumulate: false, dx, dh0, dc0);
        return [.. dx, .. dh0, .. dc0, .. Arenas.AllOf(gradients)];
    }

    /// <summary>The same with one more sequence, which has no steps, so that rows are put in order and dy and dx copied.</summary>
    private static float[] PutInOrder(Recurrent engine, Problem problem, float[] dy)
    {
        int rows = problem.Rows;
        int[] inputs = [.. Enumerable.Repeat(engine.Options.InputSize, Steps)], outputs = [.. Enumerable.Repeat(engine.Options.OutputSize, Steps)];
        int[] hidden = StateRows.HiddenWidths(problem.Stack), cells = problem.Stack.Cell == TwinCell.Lstm ? StateRows.CellWidths(problem.Stack) : [];
        using RecurrentTape tape = engine.Plan(Steps, rows + 1);
        using ParameterSet gradients = engine.CreateGradients();
        (_, double[]? dhn, double[]? dcn) = problem.Upstream();
        float[] x = WithOneMore(EngineRun.Floats(problem.Batch().X), inputs, rows), dx = new float[x.Length];
        float[] dh0 = new float[(rows + 1) * engine.HiddenStateSize], dc0 = new float[(rows + 1) * engine.CellStateSize];
        engine.Forward(tape, Steps, rows + 1, [.. Enumerable.Repeat(Steps, rows), 0], x, [], [], [], [], []);
        engine.Backward(
            tape, WithOneMore(dy, outputs, rows), WithOneMore(EngineRun.Floats(dhn), hidden, rows), WithOneMore(EngineRun.Floats(dcn), cells, rows), gradients,
            accumulate: false, dx, dh0, dc0);
        return [.. WithoutIt(dx, inputs, rows), .. WithoutIt(dh0, hidden, rows), .. WithoutIt(dc0, cells, rows), .. Arenas.AllOf(gradients)];
    }

    /// <summary>Blocks [B, width], each with a row more.</summary>
    private static float[] WithOneMore(float[] values, int[] widths, int rows) =>
        [.. Blocks(values, widths, rows).Zip(widths).SelectMany(block => block.First.Concat(Enumerable.Repeat(3f, block.Second)))];

    private static float[] WithoutIt(float[] values, int[] widths, int rows) =>
        [.. Blocks(values, widths, rows + 1).Zip(widths).SelectMany(block => block.First.Take(rows * block.Second))];

    private static IEnumerable<float[]> Blocks(float[] values, int[] widths, int rows)
    {
        int at = 0;
        foreach (int width in widths)
        {
            yield return values[at..(at + rows * width)];
            at += rows * width;
        }
    }
}
