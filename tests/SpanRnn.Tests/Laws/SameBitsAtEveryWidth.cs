using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 1: 16, 8, 4 and 1 lanes give identical bits, forward and back.</summary>
public sealed class SameBitsAtEveryWidth
{
    private static readonly int[] Narrower = [8, 4, 1];

    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void Outputs_states_and_all_gradients_have_the_same_bits_at_every_width(LawCell cell) =>
        Problems.ForAll(cell, 30, Limits.Engine with { Dropout = true }, problem =>
        {
            EngineRun widest = EngineRun.Of(problem, Isa.Of(16));
            foreach (int lanes in Narrower)
            {
                Bits.Equal($"{lanes} lanes", widest, EngineRun.Of(problem, Isa.Of(lanes)));
            }
        });

    /// <summary>
    /// Weights beyond a near cache, whose next panel is asked for while one is read if their cache does not keep up; gradients so wide that columns of da are copied.
    /// </summary>
    [Theory]
    [InlineData(LawCell.Rnn, 416)]
    [InlineData(LawCell.Lstm, 208)]
    [InlineData(LawCell.Gru, 240)]
    [InlineData(LawCell.GruResetBefore, 240)]
    [InlineData(LawCell.LstmWithProjection, 400)]
    public void A_batch_of_large_layers_has_the_bits_of_narrow_vectors(LawCell cell, int units)
    {
        var problem = new Problem(Problems.PlainStack(cell, units, [units]), Steps: 2, Rows: 21, Seed: 5);
        EngineRun narrow = EngineRun.Of(problem, Isa.Of(4));
        foreach (CacheLevel keepsUp in Enum.GetValues<CacheLevel>())
        {
            Bits.Equal($"16 lanes, {keepsUp}", narrow, EngineRun.Of(problem, Isa.Of(16, keepsUp)));
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(1)]
    public void A_width_that_is_asked_for_is_the_width_that_runs(int lanes)
    {
        Assert.Equal(lanes, Isa.Of(lanes).Lanes);
        Assert.True(Isa.Best.Lanes <= Isa.Widest);
    }
}
