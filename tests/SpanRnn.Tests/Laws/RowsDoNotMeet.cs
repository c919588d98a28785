using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Laws 1 and 4: a sequence does not notice which batch it is in. Packed equals unpacked.</summary>
public sealed class RowsDoNotMeet
{
    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_row_of_a_batch_has_the_bits_of_that_sequence_alone(LawCell cell) =>
        Problems.ForAll(cell, 25, Limits.Engine, problem => EqualsEachAlone(problem));

    /// <summary>
    /// More rows than share a panel (<see cref="LayerPass{TCell}"/>), by vectors of every width: groups of nearly equal size, the last of them lower, and further on in time fewer of them.
    /// </summary>
    [Theory]
    [InlineData(LawCell.Rnn, false)]
    [InlineData(LawCell.Lstm, false)]
    [InlineData(LawCell.LstmWithProjection, false)]
    [InlineData(LawCell.Gru, false)]
    [InlineData(LawCell.GruResetBefore, false)]
    [InlineData(LawCell.Lstm, true)]
    [InlineData(LawCell.GruResetBefore, true)]
    public void So_has_every_row_of_many(LawCell cell, bool isGeneral)
    {
        const int Rows = 2 * LayerPass<Lstm>.MostRows + 3;
        TwinRecurrent stack = Problems.PlainStack(cell, 5, [20]) with { Bidirectional = false };
        if (isGeneral)
        {
            stack = stack with { Activations = new(new(TwinFunction.HardSigmoid, 0.2, 0.5), new(TwinFunction.Softsign)) };
        }

        var problem = new Problem(stack, Steps: 3, Rows, Seed: 4);
        EqualsEachAlone(problem, narrower: [8, 4, 1]);
        EqualsEachAlone(problem with { Lengths = [.. Enumerable.Range(0, Rows).Select(row => 1 + row * 7 % 3)] }, narrower: 8);
    }

    /// <summary>A batch has the bits of each sequence alone, by narrower vectors too.</summary>
    private static void EqualsEachAlone(Problem problem, params int[] narrower)
    {
        EngineRun batch = EngineRun.Of(problem);
        foreach (int lanes in narrower)
        {
            Bits.Equal($"{lanes} lanes", batch, EngineRun.Of(problem, Isa.Of(lanes)));
        }

        TwinRecurrent stack = problem.Stack;
        for (int row = 0; row < problem.Rows; row++)
        {
            (double[]? y, double[]? hn, double[]? cn) = problem.UpstreamAlone(row);
            EngineRun alone = EngineRun.Of(stack, problem.Weights(), problem.Alone(row), y, hn, cn);
            int length = problem.LengthOf(row), width = stack.OutputWidth(stack.Layers - 1);
            string what = $"row {row}";
            float[] output = StateRows.Steps(batch.Output, row, problem.Rows, problem.Steps, width);
            float[] dx = StateRows.Steps(batch.Gradients["input"], row, problem.Rows, problem.Steps, stack.Inputs);
            Bits.Equal($"{what}: output", alone.Output, output.AsSpan(0, length * width));
            Bits.AllZero($"{what}: output past {length}", output.AsSpan(length * width));
            Bits.Equal($"{what}: dX", alone.Gradients["input"], dx.AsSpan(0, length * stack.Inputs));
            Bits.AllZero($"{what}: dX past {length}", dx.AsSpan(length * stack.Inputs));
            States($"{what}: h", alone.HN, batch.HN, alone.Gradients["h0"], batch.Gradients["h0"], StateRows.HiddenWidths(stack));
            States($"{what}: c", alone.CN, batch.CN, alone.Gradients["c0"], batch.Gradients["c0"], StateRows.CellWidths(stack));

            void States(string name, float[] finalAlone, float[] finals, float[] gradientAlone, float[] gradients, int[] widths)
            {
                Bits.Equal($"{name}n", finalAlone, StateRows.Of(finals, row, problem.Rows, widths));
                Bits.Equal($"d{name}0", gradientAlone, StateRows.Of(gradients, row, problem.Rows, widths));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void NaN_in_one_row_leaves_the_other_rows_untouched(LawCell cell) =>
        Problems.ForAll(cell, 15, Limits.Engine with { FewestRows = 2 }, problem =>
        {
            int sick = problem.Seed % problem.Rows;
            EngineRun well = EngineRun.Of(problem), found = Run(problem, batch => Spoil(batch.X, problem, row => row == sick, _ => true));
            TwinRecurrent stack = problem.Stack;
            for (int row = 0; row < problem.Rows; row++)
            {
                if (row != sick)
                {
                    Same("output", run => StateRows.Steps(run.Output, row, problem.Rows, problem.Steps, stack.OutputWidth(stack.Layers - 1)));
                    Same("dX", run => StateRows.Steps(run.Gradients["input"], row, problem.Rows, problem.Steps, stack.Inputs));
                    Same("hn", run => StateRows.Of(run.HN, row, problem.Rows, StateRows.HiddenWidths(stack)));
                    Same("dh0", run => StateRows.Of(run.Gradients["h0"], row, problem.Rows, StateRows.HiddenWidths(stack)));
                    Same("cn", run => StateRows.Of(run.CN, row, problem.Rows, StateRows.CellWidths(stack)));
                    Same("dc0", run => StateRows.Of(run.Gradients["c0"], row, problem.Rows, StateRows.CellWidths(stack)));
                }
                else if (problem.LengthOf(row) > 0)
                {
                    Assert.Contains(found.Output, float.IsNaN);
                }

                void Same(string what, Func<EngineRun, float[]> part) => Bits.Equal($"row {row}: {what}", part(well), part(found));
            }
        });

    [Theory]
    [MemberData(nameof(Cells))]
    public void NaN_past_a_length_is_never_read(LawCell cell) =>
        Problems.ForAll(cell, 15, Limits.Engine, problem =>
        {
            EngineRun found = Run(
                problem,
                batch => Spoil(batch.X, problem, _ => true, _ => false),
                dy => Spoil(dy, problem, _ => true, _ => false));
            Bits.Equal("with NaN past the lengths", EngineRun.Of(problem), found);
        });

    private static EngineRun Run(Problem problem, Action<TwinBatch> change, Action<double[]>? changeUpstream = null)
    {
        TwinBatch batch = problem.Batch();
        change(batch);
        (double[]? y, double[]? hn, double[]? cn) = problem.Upstream();
        if (y is not null)
        {
            changeUpstream?.Invoke(y);
        }

        return EngineRun.Of(problem.Stack, problem.Weights(), batch, y, hn, cn);
    }

    /// <summary>NaN at the steps of some rows: those that exist, or those past the length.</summary>
    private static void Spoil(double[] values, Problem problem, Func<int, bool> rows, Func<int, bool> existing)
    {
        int width = values.Length / (problem.Steps * problem.Rows);
        for (int t = 0; t < problem.Steps; t++)
        {
            for (int row = 0; row < problem.Rows; row++)
            {
                if (rows(row) && existing(row) == (t < problem.LengthOf(row)))
                {
                    values.AsSpan((t * problem.Rows + row) * width, width).Fill(double.NaN);
                }
            }
        }
    }
}
