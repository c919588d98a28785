using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// Where the third-level cache is far, one thread computes, over many rows, dx and all gradients of some rows of da before the next, several threads one
/// after the other over all rows: the same bits, from initial states that are zero or not, and added to other gradients.
/// </summary>
public sealed class SumsTogether
{
    private const int Inputs = 21, Units = 50;

    [Theory]
    [InlineData(LawCell.Lstm, 101, 23, false)]
    [InlineData(LawCell.Lstm, 67, 37, true)]
    [InlineData(LawCell.Lstm, 3, 750, false)] // the first steps have more rows than are taken together
    [InlineData(LawCell.Gru, 101, 23, false)]
    [InlineData(LawCell.GruResetBefore, 5, 600, false)]
    [InlineData(LawCell.Rnn, 300, 29, false)]
    public void Have_the_bits_of_one_after_the_other(LawCell cell, int steps, int rows, bool hasPeepholes)
    {
        TwinRecurrent stack = Problems.PlainStack(cell, Inputs, [Units, Units]) with { Bidirectional = false, HasPeepholes = hasPeepholes };
        using var team = new WorkerTeam(2) { DividesAll = true };
        foreach (int lanes in (int[])[16, 8])
        {
            foreach (int given in (int[])[7, 6])
            {
                var problem = new Problem(stack, steps, rows, Seed: 5) { Given = given };
                using Recurrent engine = EngineRun.Load(problem, Isa.Of(lanes, CacheLevel.First));
                using RecurrentTape alone = engine.Plan(steps, rows), divided = engine.Plan(steps, rows, team: team);
                Bits.Equal($"{lanes} lanes, {given}", EngineRun.Of(engine, divided, problem), EngineRun.Of(engine, alone, problem));
                Bits.Equal($"{lanes} lanes, {given}, added", Added(engine, divided, problem), Added(engine, alone, problem));
                Assert.All(engine.Stack.Layers, layer => Assert.True(layer.AreSumsTogether(alone.Stack.Timeline)));
            }
        }
    }

    private static float[] Added(Recurrent engine, RecurrentTape tape, Problem problem)
    {
        using ParameterSet gradients = engine.CreateGradients();
        gradients.All.Fill(0.75f);
        TwinBatch batch = problem.Batch();
        float[] dy = EngineRun.Floats(problem.Upstream().Y), x = EngineRun.Floats(batch.X), dx = new float[x.Length];
        engine.Forward(tape, batch.Steps, batch.Rows, [], x, EngineRun.Floats(batch.H0), EngineRun.Floats(batch.C0), [], [], []);
        engine.Backward(tape, dy, [], [], gradients, accumulate: true, dx, [], []);
        return [.. dx, .. Arenas.AllOf(gradients)];
    }
}
