using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 3: once planned, forward and backward take no managed memory, not one byte.</summary>
public sealed class AStepAllocatesNothing
{
    private static object? _kept;

    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void Forward_and_backward_allocate_no_byte(LawCell cell) =>
        Problems.ForAll(cell, 12, Limits.Engine with { Dropout = true }, problem =>
        {
            using Recurrent engine = EngineRun.Load(problem, Isa.Best);
            using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows);
            using ParameterSet gradients = engine.CreateGradients();
            TwinBatch batch = problem.Batch();
            int[] lengths = batch.Lengths ?? [];
            float[] x = EngineRun.Floats(batch.X), h0 = EngineRun.Floats(batch.H0), c0 = EngineRun.Floats(batch.C0), dx = new float[x.Length];
            float[] y = new float[batch.Steps * batch.Rows * engine.Options.OutputSize], dy = [.. y.Select(_ => 1f)];
            float[] hn = new float[batch.Rows * engine.HiddenStateSize], dh0 = new float[hn.Length];
            float[] cn = new float[batch.Rows * engine.CellStateSize], dc0 = new float[cn.Length];
            RandomStream? dropout = problem.Dropout > 0f ? new RandomStream(1) : null;

            long bytes = Allocations.Of(() =>
            {
                engine.Forward(tape, batch.Steps, batch.Rows, lengths, x, h0, c0, y, hn, cn, dropout);
                engine.Backward(tape, dy, hn, cn, gradients, accumulate: true, dx, dh0, dc0);
            });
            Assert.Equal(0, bytes);
        });

    [Fact]
    public void The_instrument_notices_a_single_object()
    {
        Assert.InRange(Allocations.Of(() => _kept = new object()), 1, 100);
        Assert.Equal(0, Allocations.Of(() => { }));
        Assert.NotNull(_kept);
    }
}
