using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Where a general cell is told to do what the plain one does, it has its bits: two ways to the same numbers.</summary>
public sealed class GeneralCellsAreThePlainOnes
{
    public static TheoryData<LawCell> Plain => [.. Enum.GetValues<LawCell>().Where(cell => !GeneralCells.Is(cell))];

    [Theory]
    [MemberData(nameof(Plain))]
    public void A_limit_that_is_never_reached_changes_no_bit(LawCell cell) =>
        Problems.ForAll(cell, 15, Limits.Engine with { Dropout = true }, problem =>
        {
            EngineRun plain = EngineRun.Of(problem, Isa.Of(16)), general = EngineRun.Of(problem with { Stack = problem.Stack with { Clip = 1e30 } });
            Bits.Equal("general", plain, general);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Peepholes_of_zero_change_no_bit(bool isBidirectional)
    {
        var stack = new TwinRecurrent(TwinCell.Lstm, 5, [19, 4]) { Bidirectional = isBidirectional };
        var problem = new Problem(stack with { HasPeepholes = true }, 4, 3, 11);
        Dictionary<string, double[]> weights = problem.Weights();
        foreach (string name in weights.Keys.Where(name => name.StartsWith("weight_peephole", StringComparison.Ordinal)))
        {
            Array.Clear(weights[name]);
        }

        (double[]? y, double[]? hn, double[]? cn) = problem.Upstream();
        EngineRun general = EngineRun.Of(problem.Stack, weights, problem.Batch(), y, hn, cn);
        EngineRun plain = EngineRun.Of(stack, weights, problem.Batch(), y, hn, cn);
        Bits.Equal("output", plain.Output, general.Output);
        foreach ((string name, float[] gradient) in plain.Gradients)
        {
            Bits.Equal(name, gradient, general.Gradients[name]);
        }
    }

    [Fact]
    public void A_reversed_stack_is_the_stack_on_the_mirrored_sequence()
    {
        const int steps = 5, inputs = 3;
        var problem = new Problem(new TwinRecurrent(TwinCell.Gru, inputs, [6, 4]), steps, 1, 3);
        TwinBatch batch = problem.Batch();
        EngineRun forward = EngineRun.Of(problem.Stack, problem.Weights(), batch with { X = Mirrored(batch.X, inputs) }, null, null, null);
        EngineRun reverse = EngineRun.Of(problem.Stack with { IsReversed = true }, problem.Weights(), batch, null, null, null);
        Bits.Equal("output", Mirrored(forward.Output, 4), reverse.Output);
        Bits.Equal("hn", forward.HN, reverse.HN);
    }

    private static T[] Mirrored<T>(T[] values, int width) => [.. values.Chunk(width).Reverse().SelectMany(row => row)];
}
