using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 4: a tape holds nothing over from one batch to the next, and may be larger than the batch.</summary>
public sealed class TapesAreReusable
{
    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_larger_and_used_tape_gives_the_bits_of_a_fresh_one(LawCell cell) =>
        Problems.ForAll(cell, 20, Limits.Engine with { Dropout = true }, problem =>
        {
            Problem larger = problem with { Steps = problem.Steps + 2, Rows = problem.Rows + 3, Lengths = null, Seed = problem.Seed + 500, Given = 7 };
            using Recurrent engine = EngineRun.Load(problem, Isa.Best);
            using RecurrentTape tape = engine.Plan(problem.Steps + 4, problem.Rows + 5);
            EngineRun fresh = EngineRun.Of(problem);
            Bits.Equal("larger tape", fresh, EngineRun.Of(engine, tape, problem));
            EngineRun.Of(engine, tape, larger);
            Bits.Equal("after a larger batch", fresh, EngineRun.Of(engine, tape, problem));
        });

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_batch_of_NaN_leaves_nothing_behind(LawCell cell) => Problems.ForAll(cell, 15, Limits.Engine, problem =>
    {
        using Recurrent engine = EngineRun.Load(problem, Isa.Best);
        using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows);
        (double[]? y, double[]? hn, double[]? cn) = problem.Upstream();
        TwinBatch sick = problem.Batch() with { Lengths = null };
        Array.Fill(sick.X, double.NaN);
        EngineRun.Of(engine, tape, sick, y, hn, cn);
        Bits.Equal("after NaN", EngineRun.Of(problem), EngineRun.Of(engine, tape, problem));
    });

    [Fact]
    public void A_run_can_go_back_once_and_only_on_a_tape_for_training()
    {
        var problem = new Problem(new TwinRecurrent(TwinCell.Gru, 2, [3]), 2, 2, 1);
        using Recurrent engine = EngineRun.Load(problem, Isa.Best);
        using RecurrentTape tape = engine.Plan(2, 2), inference = engine.Plan(2, 2, training: false);
        using var gradients = engine.CreateGradients();
        Assert.Throws<InvalidOperationException>(() => engine.Backward(tape, [], [], [], gradients, false, [], [], []));
        EngineRun.Of(engine, tape, problem);
        Assert.Throws<InvalidOperationException>(() => engine.Backward(tape, [], [], [], gradients, false, [], [], []));
        engine.Forward(inference, 2, 2, [], new float[8], [], [], [], [], []);
        Assert.Throws<InvalidOperationException>(() => engine.Backward(inference, [], [], [], gradients, false, [], [], []));
    }
}
