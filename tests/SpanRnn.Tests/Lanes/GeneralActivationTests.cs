using SpanRnn.Lanes;
using SpanRnn.Tests.Support;
using Xunit;
using Xunit.Abstractions;
using Function = SpanRnn.Cells.Activation;
using Kind = SpanRnn.Cells.ActivationKind;

namespace SpanRnn.Tests.Lanes;

/// <summary>The activations of general cells against float64, over all magnitudes, and with the same bits at every width.</summary>
public sealed class GeneralActivationTests(ITestOutputHelper log)
{
    private const float Infinity = float.PositiveInfinity;

    public static TheoryData<Kind> Kinds => [.. Enum.GetValues<Kind>()];

    // Affine functions and what is built on them cancel where a x is near -b, so their error is measured by the larger of the two.
    [Theory]
    [InlineData(Kind.Relu, 0f, 0f, 0)]
    [InlineData(Kind.Affine, 0.75f, -0.25f, 0.51)]
    [InlineData(Kind.LeakyRelu, 0.01f, 0f, 0.51)]
    [InlineData(Kind.ThresholdedRelu, 0.5f, 0f, 0)]
    [InlineData(Kind.ScaledTanh, 1.7f, 0.6f, 4)]
    [InlineData(Kind.HardSigmoid, 0.2f, 0.5f, 0.51)]
    [InlineData(Kind.Elu, 1f, 0f, 2)]
    [InlineData(Kind.Elu, 1.3f, 0f, 3)]
    [InlineData(Kind.Softsign, 0f, 0f, 1.5)]
    [InlineData(Kind.Softplus, 0f, 0f, 4)]
    public void An_activation_is_near_the_truth(Kind kind, float alpha, float beta, double ulps)
    {
        var activation = new Function(kind, alpha, beta);
        float[] x = Sweep.Floats, y = Run(activation, 16, x, derivative: false);
        (double worst, float at) = (0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(float.IsNaN(x[i]), float.IsNaN(y[i]));
            double truth = Truth(activation, x[i]);
            if (float.IsNaN(x[i]) || Math.Abs(truth) > float.MaxValue)
            {
                continue;
            }

            double measure = kind is Kind.Affine or Kind.HardSigmoid ? Math.Max(Math.Abs(truth), Math.Abs(beta)) : truth;
            double error = (Math.Abs(y[i] - truth) - (kind == Kind.Softplus && x[i] < -86 ? 5e-38 : 0)) / Ulp(measure);
            (worst, at) = error > worst ? (error, x[i]) : (worst, at);
        }

        log.WriteLine($"{activation}: {worst:f3} ulp at {at:g9}");
        Assert.True(worst <= ulps, $"{worst:f3} ulp at {at:g9}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_derivative_is_the_slope_of_the_function(Kind kind)
    {
        foreach (float alpha in new[] { 0.5f, 1.25f, -0.75f })
        {
            var activation = new Function(kind, alpha, 0.25f);
            float[] x = [.. Enumerable.Range(-300, 601).Select(n => n / 29f + 0.001f)], found = Run(activation, 16, x, derivative: true);
            for (int i = 0; i < x.Length; i++)
            {
                const double h = 1e-5;
                double slope = (Truth(activation, x[i] + h) - Truth(activation, x[i] - h)) / (2 * h);
                Assert.True(Math.Abs(slope - found[i]) <= 1e-6, $"{activation} at {x[i]}: expected {slope:g9}, found {found[i]:g9}.");
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(1)]
    public void Activations_and_derivatives_have_the_same_bits_at_every_width(int lanes)
    {
        float[] x = [.. Sweep.Floats.Where((_, i) => i % 3 == 0)];
        foreach (Kind kind in Enum.GetValues<Kind>())
        {
            foreach (bool derivative in new[] { false, true })
            {
                var activation = new Function(kind, 0.75f, 0.25f);
                float[] wide = Run(activation, 16, x, derivative), narrow = Run(activation, lanes, x, derivative);
                for (int i = 0; i < x.Length; i++)
                {
                    bool same = BitConverter.SingleToInt32Bits(wide[i]) == BitConverter.SingleToInt32Bits(narrow[i]);
                    Assert.True(same || float.IsNaN(wide[i]) && float.IsNaN(narrow[i]), $"{kind}({x[i]:g9}): {wide[i]:g9} and {narrow[i]:g9}");
                }
            }
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1)]
    public void Infinite_arguments_give_limits(int lanes)
    {
        Exactly(Function.Affine(2f, 1f), lanes, (Infinity, Infinity), (-Infinity, -Infinity), (0f, 1f));
        Exactly(Function.LeakyRelu(0.5f), lanes, (Infinity, Infinity), (-Infinity, -Infinity), (-4f, -2f));
        Exactly(Function.ThresholdedRelu(2f), lanes, (Infinity, Infinity), (-Infinity, 0f), (2f, 2f), (1.999f, 0f));
        Exactly(Function.ScaledTanh(3f, 2f), lanes, (Infinity, 3f), (-Infinity, -3f), (1e20f, 3f), (0f, 0f));
        Exactly(Function.HardSigmoid(), lanes, (Infinity, 1f), (-Infinity, 0f), (0f, 0.5f), (2.5f, 1f), (-2.5f, 0f));
        Exactly(Function.Elu(2f), lanes, (Infinity, Infinity), (-Infinity, -2f), (-1000f, -2f), (0f, 0f), (5f, 5f));
        Exactly(Function.Softsign, lanes, (Infinity, 1f), (-Infinity, -1f), (float.MaxValue, 1f), (1f, 0.5f), (0f, 0f));
        Exactly(Function.Softplus, lanes, (Infinity, Infinity), (-Infinity, 0f), (1000f, 1000f), (-1000f, 0f), (-1e20f, 0f), (0f, 0.693147182f));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1)]
    public void A_limit_holds_and_lets_nan_through(int lanes)
    {
        float[] x = [3f, -3f, 1f, -0.5f, Infinity, -Infinity, float.NaN, 0f];
        float[] y = Run(Function.Affine(), lanes, x, derivative: false, limit: 2f), slope = Run(Function.Affine(), lanes, x, derivative: true, limit: 2f);
        Bits.Equal("limited", [2f, -2f, 1f, -0.5f, 2f, -2f], y.AsSpan(0, 6));
        Assert.True(float.IsNaN(y[6]));
        Bits.Equal("its derivative", [0f, 0f, 1f, 1f, 0f, 0f], slope.AsSpan(0, 6));
    }

    [Fact]
    public void Defaults_are_onnx_s()
    {
        Assert.Equal(new Function(Kind.LeakyRelu, 0.01f, 0f), Function.Default(Kind.LeakyRelu));
        Assert.Equal(new Function(Kind.HardSigmoid, 0.2f, 0.5f), Function.Default(Kind.HardSigmoid));
        Assert.Equal(1f, Function.Default(Kind.Elu).Alpha);
        Assert.Equal(1f, Function.Default(Kind.ThresholdedRelu).Alpha);
        Assert.Throws<ArgumentOutOfRangeException>(() => Function.Default((Kind)11));
    }

    private static double Truth(Function f, double x) => f.Kind switch
    {
        Kind.Relu => Math.Max(0, x),
        Kind.Tanh => Math.Tanh(x),
        Kind.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Kind.Affine => f.Alpha * x + f.Beta,
        Kind.LeakyRelu => x >= 0 ? x : f.Alpha * x,
        Kind.ThresholdedRelu => x >= f.Alpha ? x : 0,
        Kind.ScaledTanh => f.Alpha * Math.Tanh(f.Beta * x),
        Kind.HardSigmoid => Math.Clamp(f.Alpha * x + f.Beta, 0, 1),
        Kind.Elu => x >= 0 ? x : f.Alpha * ExpMinusOne(x),
        Kind.Softsign => double.IsInfinity(x) ? Math.Sign(x) : x / (1 + Math.Abs(x)),
        _ => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x))),
    };

    /// <summary>e^x - 1, without the cancellation of the formula where x is small.</summary>
    private static double ExpMinusOne(double x) => Math.Abs(x) > 1e-5 ? Math.Exp(x) - 1 : x + x * x / 2 + x * x * x / 6;

    private static double LogOnePlus(double u) => u > 1e-5 ? Math.Log(1 + u) : u - u * u / 2 + u * u * u / 3;

    private static void Exactly(Function activation, int lanes, params (float X, float Y)[] pairs) => Bits.Equal(
        $"{activation}, {lanes} lanes", [.. pairs.Select(p => p.Y)], Run(activation, lanes, [.. pairs.Select(p => p.X)], derivative: false));

    private static float[] Run(Function activation, int lanes, float[] x, bool derivative, float limit = Infinity)
    {
        float[] padded = [.. x, .. new float[16 - x.Length % 16]];
        var kernel = new GeneralActivationKernel { Values = padded, Activation = activation, Limit = limit, IsDerivative = derivative };
        Isa.Of(lanes).Run(ref kernel);
        return padded[..x.Length];
    }

    private static double Ulp(double value) => Math.Max(float.Epsilon, MathF.BitIncrement(Math.Abs((float)value)) - (double)Math.Abs((float)value));
}
