using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 2: with accumulate, backward adds to the gradients it finds; without, it replaces them.</summary>
public sealed class GradientsAccumulate
{
    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void The_same_batch_twice_gives_twice_the_gradient(LawCell cell) => Problems.ForAll(cell, 12, Limits.Engine, problem =>
    {
        using Recurrent engine = EngineRun.Load(problem, Isa.Best);
        using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows);
        using ParameterSet once = engine.CreateGradients(), twice = engine.CreateGradients();
        once.All.Fill(float.NaN); // to be replaced, padding too
        Run(engine, tape, problem, once, accumulate: false);
        Run(engine, tape, problem, twice, accumulate: false);
        Run(engine, tape, problem, twice, accumulate: true);
        foreach (ParameterInfo tensor in once.Layout.Tensors)
        {
            Closeness.Relative(tensor.Name, Doubled(Numbers(once, tensor.Name)), Numbers(twice, tensor.Name), 1e-5);
        }
    });

    [Theory]
    [MemberData(nameof(Cells))]
    public void Two_batches_give_the_sum_of_their_gradients(LawCell cell) => Problems.ForAll(cell, 12, Limits.Engine, problem =>
    {
        Problem other = problem with { Seed = problem.Seed + 1000, Lengths = null };
        using Recurrent engine = EngineRun.Load(problem, Isa.Best);
        using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows);
        using ParameterSet first = engine.CreateGradients(), second = engine.CreateGradients(), both = engine.CreateGradients();
        Run(engine, tape, problem, first, accumulate: false);
        Run(engine, tape, other, second, accumulate: false);
        Run(engine, tape, problem, both, accumulate: true);
        Run(engine, tape, other, both, accumulate: true);
        foreach (ParameterInfo tensor in both.Layout.Tensors)
        {
            // The sum may be smaller than its parts: what it is measured by is the larger of them.
            double[] sum = [.. Numbers(first, tensor.Name).Zip(Numbers(second, tensor.Name), (a, b) => (double)a + b)];
            double largest = Math.Max(Numbers(first, tensor.Name).Max(Math.Abs), Numbers(second, tensor.Name).Max(Math.Abs));
            Closeness.Absolute(tensor.Name, sum, Numbers(both, tensor.Name), 1e-5 * Math.Max(largest, 1e-6));
        }
    });

    private static void Run(Recurrent engine, RecurrentTape tape, Problem problem, ParameterSet gradients, bool accumulate)
    {
        TwinBatch batch = problem.Batch();
        (double[]? dy, double[]? dhn, double[]? dcn) = problem.Upstream();
        float[] h0 = EngineRun.Floats(batch.H0), c0 = EngineRun.Floats(batch.C0);
        engine.Forward(tape, batch.Steps, batch.Rows, batch.Lengths, EngineRun.Floats(batch.X), h0, c0, [], [], []);
        engine.Backward(tape, EngineRun.Floats(dy), EngineRun.Floats(dhn), EngineRun.Floats(dcn), gradients, accumulate, [], [], []);
    }

    private static float[] Numbers(ParameterSet set, string name)
    {
        float[] numbers = new float[set[name].Info.Count];
        set[name].CopyTo(numbers);
        return numbers;
    }

    private static double[] Doubled(float[] values) => [.. values.Select(value => 2.0 * value)];
}
