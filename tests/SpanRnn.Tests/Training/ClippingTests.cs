using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Lanes;
using SpanRnn.Parameters;
using SpanRnn.Training.Clipping;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Training;

public sealed class ClippingTests
{
    [Fact]
    public void The_global_norm_and_scale_are_the_double_twins() => Prop.ForAll(Samples.Shapes, shape =>
    {
        using ParameterSet gradients = Samples.Arena(Samples.Layout(shape.Rows, shape.Columns), shape.Seed);
        double norm = 0.5 * Math.Sqrt(gradients.All.ToArray().Sum(g => (double)g * g));
        double maximum = shape.Seed % 100 / 10.0 + 0.1;
        ClippedNorm found = new GlobalNormClipping(maximum).Measure(gradients, 0.5f);
        Assert.True(found.IsFinite);
        Assert.Equal(norm, found.Norm, 1e-6 * norm);
        Assert.Equal(0.5 * Math.Min(1, maximum / (norm + 1e-6)), found.Scale, 1e-6);
    }).Check(Samples.Times(60));

    [Fact]
    public void The_norm_has_the_same_bits_at_every_width() => Prop.ForAll(Samples.Shapes, shape =>
    {
        using ParameterSet gradients = Samples.Arena(Samples.Layout(shape.Rows, shape.Columns), shape.Seed);
        ClippedNorm expected = new GlobalNormClipping(1) { Isa = Isa.Of(1) }.Measure(gradients);
        Samples.ForEachWidth(isa => Assert.Equal(expected, new GlobalNormClipping(1) { Isa = isa }.Measure(gradients)));
    }).Check(Samples.Times(40));

    [Fact]
    public void Keras_example_of_a_norm_of_one()
    {
        using var gradients = new ParameterSet(Samples.Layout(1, 2));
        gradients["weight"].CopyFrom([100f, 100f]);
        Assert.Equal(0.70711f, 100f * new GlobalNormClipping(1).Measure(gradients).Scale, 5e-6f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(3e38f)]
    public void A_norm_that_is_not_finite_is_reported_and_its_scale_refused(float bad)
    {
        using ParameterSet gradients = Samples.Arena(Samples.Layout(3, 40), 1);
        gradients["weight"][2, 39] = bad;
        foreach (var clipping in new[] { new GlobalNormClipping(1), new GlobalNormClipping() })
        {
            ClippedNorm found = clipping.Measure(gradients);
            Assert.False(found.IsFinite);
            Assert.True(float.IsNaN(found.Scale));
        }
    }

    [Fact]
    public void Without_a_maximum_the_scale_is_what_was_given()
    {
        using ParameterSet gradients = Samples.Arena(Samples.Layout(3, 40), 1);
        Assert.Equal(0.25f, new GlobalNormClipping().Measure(gradients, 0.25f).Scale);
    }

    [Fact]
    public void Values_are_clipped_to_what_scaling_leaves_within_the_maximum_and_NaN_stays() => Prop.ForAll(Samples.SmallShapes, shape =>
    {
        ParameterLayout layout = Samples.Layout(shape.Rows, shape.Columns);
        Samples.ForEachWidth(isa =>
        {
            using ParameterSet gradients = Samples.Arena(layout, shape.Seed, 3f);
            gradients["bias"][0, 0] = float.NaN;
            float[] expected = [.. gradients.All.ToArray().Select(g => float.IsNaN(g) ? g : Math.Clamp(g, -2f, 2f))];
            new ValueClipping(1f) { Isa = isa }.Clip(gradients, 0.5f);
            Assert.Equal(expected, gradients.All.ToArray());
        });
    }).Check(Samples.Times(20));

    [Fact]
    public void Clipping_allocates_nothing()
    {
        using ParameterSet gradients = Samples.Arena(Samples.Layout(3, 40), 1);
        var norm = new GlobalNormClipping(1);
        var value = new ValueClipping(1f);
        Assert.Equal(0, Allocations.Of(() =>
        {
            norm.Measure(gradients);
            value.Clip(gradients);
        }));
    }

    [Fact]
    public void Maxima_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GlobalNormClipping(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GlobalNormClipping(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ValueClipping(-1f));
    }
}
