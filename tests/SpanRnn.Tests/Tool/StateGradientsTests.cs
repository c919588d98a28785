using SpanRnn.Layers;
using SpanRnn.Lanes;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Tool.Experiments.Flow;
using Xunit;

namespace SpanRnn.Tests.Tool;

/// <summary>What gradient-flow plots is the derivative it says it is.</summary>
public sealed class StateGradientsTests
{
    private const int Steps = 6, Rows = 3, Units = 5;

    [Theory]
    [InlineData(TwinCell.ElmanTanh)]
    [InlineData(TwinCell.Lstm)]
    [InlineData(TwinCell.Gru)]
    [InlineData(TwinCell.GruBefore)]
    public void Norms_are_those_of_the_central_differences_of_the_float64_twin(TwinCell cell)
    {
        var problem = new Problem(new TwinRecurrent(cell, 2, [Units]), Steps, Rows, 11) { Scale = 0.9 };
        using Recurrent layer = EngineRun.Load(problem, Isa.Best);
        double[] x = problem.Batch().X, v = TwinRandom.Values(5, Rows * Units);
        using var gradients = new StateGradients(layer, Steps, Rows);
        StateNorms norms = gradients.Run(EngineRun.Floats(x), EngineRun.Floats(v));
        for (int t = 0; t < Steps; t++)
        {
            // The loss as a function of the states at t alone: a run over what follows.
            double[] h = [.. gradients.Hidden[t]], c = [.. gradients.Cell[t]];
            var rest = new TwinBatch(Steps - t, Rows, x[(t * Rows * 2)..]) { H0 = h, C0 = c.Length == 0 ? null : c };
            double Loss() => problem.Stack.Run(problem.Weights(), rest).Weighted(null, v);
            Near(CentralDifference.Gradient(Loss, h).Values, norms.Hidden[t]);
            if (c.Length > 0)
            {
                Near(CentralDifference.Gradient(Loss, c).Values, norms.Cell[t]);
            }
        }

        Near(v, norms.Hidden[Steps]);
    }

    [Fact]
    public void Norms_are_those_of_one_backward_over_all_that_follows()
    {
        var problem = new Problem(new TwinRecurrent(TwinCell.Lstm, 2, [19]), 9, 2, 3);
        using Recurrent layer = EngineRun.Load(problem, Isa.Best);
        float[] x = EngineRun.Floats(problem.Batch().X), v = EngineRun.Floats(TwinRandom.Values(5, 2 * 19)), dh = new float[v.Length], dc = new float[v.Length];
        using var gradients = new StateGradients(layer, 9, 2);
        StateNorms norms = gradients.Run(x, v);
        using RecurrentTape tape = layer.Plan(9, 2);
        using ParameterSet weights = layer.CreateGradients();
        for (int t = 0; t < 9; t++)
        {
            layer.Forward(tape, 9 - t, 2, [], x.AsSpan(t * 4), gradients.Hidden[t], gradients.Cell[t], [], [], []);
            layer.Backward(tape, [], v, [], weights, accumulate: false, [], dh, dc);
            Assert.Equal(Log10(dh, 0, 2), norms.Hidden[t][0], 1e-12); // the powers of two lose no bit
            Assert.Equal(Log10(dc, 1, 2), norms.Cell[t][1], 1e-12);
        }
    }

    [Fact]
    public void Nothing_underflows_or_overflows_in_two_thousand_steps()
    {
        foreach (float gain in (ReadOnlySpan<float>)[0.5f, 8f])
        {
            using var layer = new Recurrent(new RecurrentOptions { Cell = CellKind.RnnRelu, InputSize = 1, HiddenSizes = [1], Bias = BiasKind.None });
            layer.Weights["weight_hh_l0"][0, 0] = gain;
            layer.Weights["weight_ih_l0"][0, 0] = 1f;
            layer.Pack();
            using var gradients = new StateGradients(layer, 2000, 1);
            float[] x = new float[2000];
            x.AsSpan().Fill(gain < 1 ? 1f : 0f);
            x[0] = 1e-3f;
            StateNorms norms = gradients.Run(x.AsSpan(), [1f]);
            if (gain < 1)
            {
                Assert.Equal(2000 * Math.Log10(0.5), norms.Hidden[0][0], 1e-9);
            }
            else
            {
                // The state overflows after some forty steps and the rectifier passes it on; the gradient is 8 a step none the less.
                Assert.Equal(2000 * Math.Log10(8), norms.Hidden[0][0], 1e-9);
            }
        }
    }

    [Fact]
    public void Two_layers_are_refused()
    {
        using var stack = new Recurrent(new RecurrentOptions { InputSize = 1, HiddenSizes = [2, 2] });
        Assert.Contains("found 2", Assert.Throws<ArgumentException>(() => new StateGradients(stack, 1, 1)).Message, StringComparison.Ordinal);
    }

    private static void Near(double[] gradient, double[] norms)
    {
        for (int row = 0; row < Rows; row++)
        {
            double expected = 0.5 * Math.Log10(gradient.Skip(row * Units).Take(Units).Sum(number => number * number));
            Assert.Equal(expected, norms[row], 1e-5);
        }
    }

    private static double Log10(float[] states, int row, int rows)
    {
        int size = states.Length / rows;
        return 0.5 * Math.Log10(states.Skip(row * size).Take(size).Sum(number => (double)number * number));
    }
}
