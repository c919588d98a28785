using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 2: backward is the derivative of forward, by the differences of forward runs alone.</summary>
public sealed class BackwardIsTheDerivative
{
    private const double Tolerance = 1e-5; // of each tensor's largest gradient
    private const int Elements = 7;        // of each tensor; a wrong formula shows in any of them

    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void Gradients_are_the_central_differences_of_the_float64_twin(LawCell cell) =>
        Problems.ForAll(cell, 30, Limits.Twin with { Dropout = true, MostLayers = 2 }, AgainstTwin);

    [Theory]
    [MemberData(nameof(Cells))]
    public void Gradients_of_three_layers_are_those_of_the_twin(LawCell cell) =>
        Problems.ForAll(cell, 3, Limits.Twin with { Dropout = true, MostLayers = 3, Given = [7] }, p =>
            AgainstTwin(p with { Stack = p.Stack with { Hidden = [3, 2, 4] } }));

    [Theory]
    [MemberData(nameof(Cells))]
    public void Gradients_through_every_merge_of_directions_are_those_of_the_twin(LawCell cell) =>
        Problems.ForAll(cell, 2, Limits.Twin with { MostLayers = 2, Given = [7], Lengths = false }, p =>
        {
            foreach (TwinMerge merge in Enum.GetValues<TwinMerge>())
            {
                AgainstTwin(p with { Stack = p.Stack with { Bidirectional = true, IsReversed = false, Merge = merge } });
            }
        });

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_gradient_of_a_large_layer_is_the_twins(LawCell cell) =>
        Problems.ForAll(cell, 1, Limits.Twin with { MostLayers = 1, Given = [7], Steps = [3] }, p =>
            AgainstTwin(p with { Stack = p.Stack with { Hidden = [19], Inputs = 18 }, Scale = 0.3 }));

    /// <summary>Without padding: the cell adds dy, which is read where it is.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void A_gradient_of_whole_blocks_is_the_twins(LawCell cell) =>
        Problems.ForAll(cell, 1, Limits.Twin with { MostLayers = 1, Given = [7], Steps = [3], Lengths = false, Bidirectional = false }, p =>
        {
            TwinRecurrent stack = p.Stack with { Hidden = [32, 16], Inputs = 16, Projection = p.Stack.Projection > 0 ? 16 : 0 };
            foreach (TwinMerge? merge in (TwinMerge?[])[null, TwinMerge.Concat, TwinMerge.Mul])
            {
                AgainstTwin(p with { Stack = stack with { Bidirectional = merge is not null, Merge = merge ?? TwinMerge.Concat }, Scale = 0.3 });
            }
        });

    [Theory]
    [MemberData(nameof(Cells))]
    public void Gradients_are_the_differences_of_the_engines_own_forward(LawCell cell) =>
        Problems.ForAll(cell, 8, Limits.Twin with { MostUnits = 8 }, problem =>
        {
            EngineRun run = EngineRun.Of(problem);
            Dictionary<string, double[]> leaves = OwnForward.Leaves(problem, problem.Weights(), out TwinBatch batch);
            using Recurrent engine = EngineRun.Load(problem, Isa.Best);
            using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows);
            foreach ((string name, double[] values) in leaves)
            {
                // One direction through the whole tensor: float32 outputs are too coarse for single elements.
                double[] direction = [.. TwinRandom.Values(problem.Seed + 7, values.Length).Select(v => (double)Math.Sign(v))];
                double found = run.Gradients[name].Zip(direction, (g, d) => g * d).Sum(), scale = run.Gradients[name].Sum(g => Math.Abs((double)g));
                double slope = Enumerable.Range(0, 4).Select(k => OwnForward.Slope(engine, tape, problem, leaves, batch, name, direction, 0.016 / (1 << 2 * k)))
                    .MinBy(slope => Math.Abs(slope - found));
                Assert.True(Math.Abs(slope - found) <= 4e-3 * scale + 1e-3, $"{name}: differences say {slope:g6}, backward {found:g6}.");
            }
        });

    [Fact]
    public void A_wrong_derivative_is_noticed()
    {
        var stack = new TwinRecurrent(TwinCell.Lstm, 3, [4, 3]);
        var problem = new Problem(stack, 3, 2, 5);
        foreach (string name in new[] { "weight_ih_l0", "weight_hh_l1", "bias_ih_l0", "input", "h0", "c0" })
        {
            EngineRun run = EngineRun.Of(problem);
            Assert.True(Worst(problem, run, name) <= Tolerance);
            float[] gradient = run.Gradients[name];
            int sampled = CentralDifference.Sample(gradient.Length, Elements)[1];
            gradient[sampled] += 3e-5f * gradient.Max(MathF.Abs);
            Assert.True(Worst(problem, run, name) > Tolerance, $"a change of 3e-5 in {name} was not noticed");
        }
    }

    private static void AgainstTwin(Problem drawn)
    {
        Problem problem = AwayFromKinks(drawn);
        EngineRun run = EngineRun.Of(problem);
        foreach (string name in run.Gradients.Keys.Where(name => run.Gradients[name].Length > 0))
        {
            double worst = Worst(problem, run, name);
            Assert.True(worst <= Tolerance, $"the gradient of {name} is off by {worst:e2} of its largest value.");
        }
    }

    /// <summary>A rectifier without bias whose inputs are all 0 or dropped sits on its kink, where there is no derivative.</summary>
    private static Problem AwayFromKinks(Problem p) => !GeneralCells.HasKinkAtZero(p.Stack) ? p : p with
    {
        Given = p.Given | 1,
        Stack = (p.Dropout > 0f || p.Stack.Activations is not null) && p.Stack.Bias == TwinBias.None ? p.Stack with { Bias = TwinBias.Single } : p.Stack,
    };

    private static double Worst(Problem problem, EngineRun run, string name)
    {
        Dictionary<string, double[]> weights = problem.Weights(), leaves = OwnForward.Leaves(problem, weights, out TwinBatch batch);
        batch = batch with { Masks = run.Masks };
        (double[]? y, double[]? hn, double[]? cn) = problem.Upstream();
        return CentralDifference.Gradient(() => problem.Stack.Run(weights, batch).Weighted(y, hn, cn), leaves, name, Elements)
            .WorstError(run.Gradients[name]);
    }
}
