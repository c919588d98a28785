using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Tests that count what the whole process holds, and so run while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>Law 4: what was rented from the pool comes back to it, once.</summary>
[Collection(Alone.Name)]
public sealed class EveryRentalIsReturned
{
    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void Disposing_a_stack_its_tapes_and_gradients_returns_everything(LawCell cell) =>
        Problems.ForAll(cell, 10, Limits.Engine with { Dropout = true }, problem =>
        {
            int before = SlabPool.Outstanding;
            EngineRun.Of(problem);
            Assert.Equal(before, SlabPool.Outstanding);
            using (Recurrent engine = EngineRun.Load(problem, Isa.Best))
            {
                if (problem.Stack.Bidirectional || problem.Stack.IsReversed)
                {
                    Assert.Throws<InvalidOperationException>(() => engine.CreateSession());
                }
                else
                {
                    engine.CreateSession().Dispose();
                }
            }

            Assert.Equal(before, SlabPool.Outstanding);
        });

    [Fact]
    public void Disposing_twice_returns_once_and_use_after_it_throws()
    {
        int before = SlabPool.Outstanding;
        var problem = new Problem(new TwinRecurrent(TwinCell.Lstm, 2, [3]), 2, 2, 1);
        Recurrent engine = EngineRun.Load(problem, Isa.Best);
        RecurrentTape tape = engine.Plan(2, 2), other = engine.Plan(2, 2);
        ParameterSet gradients = engine.CreateGradients();
        Assert.True(SlabPool.Outstanding > before, "the count notices rentals");
        tape.Dispose();
        tape.Dispose();
        Assert.Throws<ObjectDisposedException>(() => EngineRun.Of(engine, tape, problem));
        gradients.Dispose();
        gradients.Dispose();
        engine.Dispose();
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => EngineRun.Of(engine, other, problem));
        other.Dispose();
        Assert.Equal(before, SlabPool.Outstanding);
    }
}
