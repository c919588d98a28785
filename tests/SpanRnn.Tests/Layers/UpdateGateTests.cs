using SpanRnn.Layers;
using SpanRnn.Parameters;
using Xunit;

namespace SpanRnn.Tests.Layers;

/// <summary>The two conventions of a GRU's update gate.</summary>
public sealed class UpdateGateTests
{
    [Theory]
    [InlineData(CellKind.Gru)]
    [InlineData(CellKind.GruResetBefore)]
    public void Flipped_weights_compute_the_other_convention(CellKind cell)
    {
        // One unit, one input: h = (1 - z) h' + z n by hand, from weights as such a text would give them.
        using var gru = new Recurrent(new() { Cell = cell, InputSize = 1, HiddenSizes = [1] });
        float[] w = [0.3f, -0.7f, 0.9f], r = [0.4f, 0.6f, -0.5f], b = [0.1f, -0.2f, 0.05f];
        gru.Weights["weight_ih_l0"].CopyFrom(w);
        gru.Weights["weight_hh_l0"].CopyFrom(r);
        gru.Weights["bias_ih_l0"].CopyFrom(b);
        gru.FlipUpdateGate();

        const double x = 0.8, h0 = -0.35;
        double reset = Sigmoid(w[0] * x + r[0] * h0 + b[0]), update = Sigmoid(w[1] * x + r[1] * h0 + b[1]);
        double candidate = Math.Tanh(w[2] * x + r[2] * (reset * h0) + b[2]); // with one unit both orders of reset and product agree
        double expected = (1 - update) * h0 + update * candidate;

        float[] h = new float[1];
        using RecurrentSession session = gru.CreateSession();
        session.CopyStateFrom([(float)h0], []);
        session.Step([(float)x], h);
        Assert.Equal(expected, h[0], 1e-6);
    }

    [Fact]
    public void Flipping_twice_changes_nothing()
    {
        using var gru = new Recurrent(new() { Cell = CellKind.Gru, InputSize = 3, HiddenSizes = [5, 7], Bidirectional = true, Bias = BiasKind.Double });
        gru.Initialize(seed: 1);
        float[][] before = [.. gru.Weights.Layout.Tensors.Select(Copy)];
        gru.FlipUpdateGate();
        Assert.NotEqual(before, [.. gru.Weights.Layout.Tensors.Select(Copy)]);
        gru.FlipUpdateGate();
        Assert.Equal(before, [.. gru.Weights.Layout.Tensors.Select(Copy)]);

        float[] Copy(ParameterInfo tensor)
        {
            float[] values = new float[tensor.Count];
            gru.Weights[tensor.Name].CopyTo(values);
            return values;
        }
    }

    [Fact]
    public void Other_cells_have_no_update_gate()
    {
        using var lstm = new Recurrent(new() { Cell = CellKind.Lstm, InputSize = 1, HiddenSizes = [1] });
        Assert.Throws<InvalidOperationException>(lstm.FlipUpdateGate);
    }

    private static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));
}
