using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace SpanRnn.Tests.Lanes;

/// <summary>The activations against float64, over all magnitudes, and with the same bits at every width.</summary>
public sealed class LaneMathTests(ITestOutputHelper log)
{
    private const float Infinity = float.PositiveInfinity, Epsilon = float.Epsilon;

    [Fact]
    public void Tanh_is_at_most_3_ulp_from_the_truth() => TanhIsOffByAtMost(3, Sweep.Floats);

    [Fact]
    public void Tanh_is_at_most_3_4_ulp_from_the_truth_where_it_is_off_most() => TanhIsOffByAtMost(3.4, Sweep.WhereTanhIsOffMost);

    private void TanhIsOffByAtMost(double most, float[] x)
    {
        float[] y = Apply(Activation.Tanh, 16, x);
        (double worst, float at) = (0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            double truth = Math.Tanh(x[i]), error = Math.Abs(y[i] - truth) / Ulp(truth);
            Assert.Equal(float.IsNaN(x[i]), float.IsNaN(y[i]));
            (worst, at) = error > worst ? (error, x[i]) : (worst, at);
        }

        log.WriteLine($"tanh: {worst:f3} ulp at {at:g9}");
        Assert.True(worst <= most, $"{worst:f3} ulp at {at:g9}");
    }

    [Fact]
    public void Sigmoid_is_at_most_1_2e_7_from_the_truth()
    {
        float[] x = Sweep.Floats, y = Apply(Activation.Sigmoid, 16, x);
        (double worst, float at) = (0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            double error = Math.Abs(y[i] - 1 / (1 + Math.Exp(-x[i])));
            Assert.Equal(float.IsNaN(x[i]), float.IsNaN(y[i]));
            (worst, at) = error > worst ? (error, x[i]) : (worst, at);
        }

        log.WriteLine($"sigmoid: {worst:g3} at {at:g9}");
        Assert.True(worst <= 1.2e-7, $"{worst:g3} at {at:g9}");
    }

    [Fact]
    public void Exp_is_at_most_2_ulp_from_the_truth_on_its_domain()
    {
        float[] x = [.. Sweep.Floats.Where(v => v is >= -86.9f and <= 88.7f)], y = Apply(Activation.Exp, 16, x);
        double worst = x.Zip(y, (at, found) => Math.Abs(found - Math.Exp(at)) / Ulp(Math.Exp(at))).Max();
        log.WriteLine($"exp: {worst:f3} ulp");
        Assert.True(worst <= 2, $"{worst:f3} ulp");
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(1)]
    public void Activations_have_the_same_bits_at_every_width(int lanes)
    {
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            float[] x = activation == Activation.Exp ? [.. Sweep.Floats.Where(v => v is >= -86.9f and <= 89f)] : Sweep.Floats;
            float[] wide = Apply(activation, 16, x), narrow = Apply(activation, lanes, x);
            for (int i = 0; i < x.Length; i++)
            {
                if (BitConverter.SingleToInt32Bits(wide[i]) != BitConverter.SingleToInt32Bits(narrow[i]) && !(float.IsNaN(wide[i]) && float.IsNaN(narrow[i])))
                {
                    Assert.Fail($"{activation}({x[i]:g9}): {wide[i]:g9} at {Isa.Of(16).Lanes} lanes, {narrow[i]:g9} at {lanes}.");
                }
            }
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(1)]
    public void Saturated_and_tiny_arguments_give_exact_results(int lanes)
    {
        Exactly(Activation.Tanh, lanes, (1000f, 1f), (-1e20f, -1f), (Infinity, 1f), (-Infinity, -1f), (20f, 1f), (0f, 0f), (-0f, -0f));
        Exactly(Activation.Tanh, lanes, (1e-8f, 1e-8f), (-1e-30f, -1e-30f), (Epsilon, Epsilon), (-Epsilon, -Epsilon), (1e-40f, 1e-40f));
        Exactly(Activation.Sigmoid, lanes, (1000f, 1f), (-1e20f, 0f), (Infinity, 1f), (-Infinity, 0f), (0f, 0.5f), (-0f, 0.5f), (Epsilon, 0.5f));
        Exactly(Activation.Relu, lanes, (1e20f, 1e20f), (-1e20f, 0f), (Infinity, Infinity), (-Infinity, 0f), (0f, 0f));
        Exactly(Activation.Flush, lanes, (LaneMath.Tiny, LaneMath.Tiny), (LaneMath.Tiny / 2, 0f), (-Epsilon, 0f), (-1f, -1f), (-Infinity, -Infinity));
        foreach (Activation activation in new[] { Activation.Tanh, Activation.Sigmoid, Activation.Relu, Activation.Flush, Activation.Exp })
        {
            Assert.All(Apply(activation, lanes, [float.NaN, -float.NaN]), value => Assert.True(float.IsNaN(value), $"{activation}(NaN)"));
        }
    }

    [Fact]
    public void Derivatives_in_terms_of_the_output_are_those_of_the_functions()
    {
        foreach (double a in Enumerable.Range(-40, 81).Select(n => n / 10.0))
        {
            double s = 1 / (1 + Math.Exp(-a)), t = Math.Tanh(a);
            Assert.Equal(s * (1 - s), Apply(Activation.DSigmoid, 16, [(float)s])[0], 1e-7);
            Assert.Equal(1 - t * t, Apply(Activation.DTanh, 16, [(float)t])[0], 2e-7);
        }

        Assert.Equal([0f, 0f, 1f, 1f, 0f], Apply(Activation.DRelu, 16, [0f, -0f, Epsilon, 3f, -1f]));
    }

    private static void Exactly(Activation activation, int lanes, params (float X, float Y)[] pairs) =>
        Bits.Equal($"{activation}, {lanes} lanes", [.. pairs.Select(p => p.Y)], Apply(activation, lanes, [.. pairs.Select(p => p.X)]));

    private static float[] Apply(Activation activation, int lanes, float[] x)
    {
        float[] padded = [.. x, .. new float[16 - x.Length % 16]];
        var kernel = new ActivationKernel { Values = padded, Activation = activation };
        Isa.Of(lanes).Run(ref kernel);
        return padded[..x.Length];
    }

    private static double Ulp(double value) => Math.Max(float.Epsilon, MathF.BitIncrement(Math.Abs((float)value)) - (double)Math.Abs((float)value));
}
