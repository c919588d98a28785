using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 4: running T steps is running some of them and then the others, the state carried over; and so is going back.</summary>
public sealed class HalvesAreTheWhole
{
    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void Two_halves_with_carried_state_have_the_bits_of_the_whole(LawCell cell) =>
        Problems.ForAll(cell, 25, Limits.Engine with { Bidirectional = false, Steps = [2, 3, 5, 9] }, problem =>
        {
            int middle = 1 + problem.Seed % (problem.Steps - 1);
            TwinRecurrent stack = problem.Stack;
            Dictionary<string, double[]> weights = problem.Weights();
            TwinBatch batch = problem.Batch();
            (double[]? dy, double[]? dhn, double[]? dcn) = problem.Upstream();
            EngineRun whole = EngineRun.Of(problem);

            TwinBatch early = Part(0, middle), late = Part(middle, problem.Steps);
            EngineRun head = EngineRun.Of(stack, weights, early, Outputs(0, middle), null, null);
            late = late with { H0 = Doubles(head.HN), C0 = batch.C0 is null && head.CN.Length == 0 ? null : Doubles(head.CN) };
            EngineRun tail = EngineRun.Of(stack, weights, late, Outputs(middle, problem.Steps), dhn, dcn);
            double[]? dc = stack.Cell == TwinCell.Lstm ? Doubles(tail.Gradients["c0"]) : null;
            head = EngineRun.Of(stack, weights, early, Outputs(0, middle), Doubles(tail.Gradients["h0"]), dc);

            Bits.Equal("output", whole.Output, [.. head.Output, .. tail.Output]);
            Bits.Equal("hn", whole.HN, tail.HN);
            Bits.Equal("cn", whole.CN, tail.CN);
            Bits.Equal("dX", whole.Gradients["input"], [.. head.Gradients["input"], .. tail.Gradients["input"]]);
            Bits.Equal("dh0", whole.Gradients["h0"], head.Gradients["h0"]);
            Bits.Equal("dc0", whole.Gradients["c0"], head.Gradients["c0"]);

            TwinBatch Part(int from, int to) => batch with
            {
                Steps = to - from,
                X = Slice(batch.X, from, to, stack.Inputs),
                Lengths = problem.Lengths is null ? null : [.. problem.Lengths.Select(n => Math.Clamp(n - from, 0, to - from))],
            };

            double[]? Outputs(int from, int to) => dy is null ? null : Slice(dy, from, to, stack.OutputWidth(stack.Layers - 1));

            double[] Slice(double[] values, int from, int to, int width) =>
                values[(from * problem.Rows * width)..(to * problem.Rows * width)];
        });

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];
}
