using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Lanes;
using SpanRnn.Parameters;
using SpanRnn.Training.Losses;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Training;

public sealed class SoftmaxCrossEntropyTests
{
    private const int Ignore = -100;

    [Fact]
    public void Loss_and_gradients_are_the_twins() => Prop.ForAll(Samples.Shapes, shape =>
    {
        (int seed, int rows, int classes) = shape;
        double smoothing = seed % 3 == 0 ? 0 : seed % 3 * 0.1;
        LossReduction reduction = seed % 2 == 0 ? LossReduction.Mean : LossReduction.Sum;
        float[] logits = Samples.Normal(seed, rows * classes, 3f);
        int[] targets = Targets(seed, rows, classes);
        double[] wide = [.. logits.Select(x => (double)x)];
        (double total, int count) = LossTwins.CrossEntropy(wide, classes, targets, Ignore, smoothing);

        var where = new RowShape(rows, classes);
        float[] padded = Samples.Padded(logits, classes, where.Stride), gradients = Samples.Padded(logits, classes, where.Stride);
        var loss = new SoftmaxCrossEntropy(Ignore, smoothing, reduction);
        LossResult found = loss.LossAndGradients(padded, targets, where, gradients);
        Assert.Equal(count, found.Count);
        Assert.Equal(total, found.Total, 1e-6 * Math.Max(1, total));
        Assert.Equal(found, loss.Loss(padded, targets, where));

        double scale = reduction == LossReduction.Mean && count > 0 ? 1.0 / count : 1;
        for (int row = 0; row < rows; row++)
        {
            double[] p = Softmax(wide[(row * classes)..((row + 1) * classes)]);
            for (int column = 0; column < where.Stride; column++)
            {
                double expected = column >= classes || targets[row] == Ignore
                    ? 0
                    : scale * (p[column] - smoothing / classes - (column == targets[row] ? 1 - smoothing : 0));
                Assert.Equal(expected, gradients[row * where.Stride + column], scale * 3e-7);
            }
        }
    }).Check(Samples.Times(60));

    [Fact]
    public void Gradients_are_the_central_differences_of_the_twin() => Prop.ForAll(Samples.SmallShapes, shape =>
    {
        (int seed, int rows, int classes) = shape;
        double smoothing = seed % 2 * 0.2;
        float[] logits = Samples.Normal(seed, rows * classes, 2f), gradients = new float[rows * classes];
        int[] targets = Targets(seed, rows, classes);
        var where = new RowShape(rows, classes, classes); // dense rows are rows too
        new SoftmaxCrossEntropy(labelSmoothing: smoothing).LossAndGradients(logits, targets, where, gradients);
        double[] wide = [.. logits.Select(x => (double)x)];
        for (int i = 0; i < wide.Length; i++)
        {
            Assert.Equal(Derivative(wide, i, a => Mean(LossTwins.CrossEntropy(a, classes, targets, Ignore, smoothing))), gradients[i], 1e-6);
        }
    }).Check(Samples.Times(30));

    [Fact]
    public void Every_width_in_place_or_not_gives_the_same_bits() => Prop.ForAll(Samples.Shapes, shape =>
    {
        (int seed, int rows, int classes) = shape;
        var where = new RowShape(rows, classes);
        float[] logits = Samples.Padded(Samples.Normal(seed, rows * classes, 10f), classes, where.Stride), expected = new float[logits.Length];
        int[] targets = Targets(seed, rows, classes);
        LossResult scalar = Make(Isa.Of(1)).LossAndGradients(logits, targets, where, expected);
        Samples.ForEachWidth(isa =>
        {
            float[] separate = new float[logits.Length], place = [.. logits];
            Assert.Equal(scalar, Make(isa).LossAndGradients(logits, targets, where, separate));
            Assert.Equal(scalar, Make(isa).LossAndGradients(place, targets, where, place));
            Assert.True(Samples.SameBits(expected, separate) && Samples.SameBits(expected, place));
            Assert.Equal(scalar, Make(isa).Loss(logits, targets, where));
        });

        SoftmaxCrossEntropy Make(Isa isa) => new(labelSmoothing: seed % 2 * 0.1) { Isa = isa };
    }).Check(Samples.Times(40));

    [Fact]
    public void Gradients_keep_their_precision_where_the_target_is_almost_certain()
    {
        float[] logits = [20f, 0f, 1f, -3f], gradients = new float[4];
        double result = new SoftmaxCrossEntropy().LossAndGradients(logits, [0], new RowShape(1, 4, 4), gradients).Total;
        double others = Math.Exp(-20) + Math.Exp(-19) + Math.Exp(-23);
        Assert.Equal(-others / (1 + others), gradients[0], 1e-6 * others);
        Assert.Equal(others, result, 1e-6 * others);
    }

    [Theory]
    [InlineData(1e30f)]
    [InlineData(-1e30f)]
    [InlineData(1000f)]
    [InlineData(0f)]
    public void Huge_logits_neither_overflow_nor_make_denormals(float shift)
    {
        float[] logits = [shift, 0f, -50f, -90f, -120f, 88f], gradients = new float[6];
        LossResult result = new SoftmaxCrossEntropy().LossAndGradients(logits, [1], new RowShape(1, 6, 6), gradients);
        Assert.True(double.IsFinite(result.Total));
        Assert.All(gradients, g => Assert.True(float.IsFinite(g) && !float.IsSubnormal(g)));
        Assert.Equal(0, gradients.Sum(g => (double)g), 1e-6);
    }

    [Fact]
    public void A_masked_logit_of_minus_infinity_has_no_probability_and_costs_infinity_as_a_target()
    {
        float[] logits = [0f, float.NegativeInfinity, 0f], gradients = new float[3];
        Assert.Equal(Math.Log(2), new SoftmaxCrossEntropy().LossAndGradients(logits, [0], new RowShape(1, 3, 3), gradients).Total, 1e-7);
        Assert.Equal([-0.5f, 0f, 0.5f], gradients);
        Assert.Equal(double.PositiveInfinity, new SoftmaxCrossEntropy().Loss(logits, [1], new RowShape(1, 3, 3)).Total);
    }

    [Fact]
    public void NaN_shows_in_the_loss_wherever_it_is_unless_the_row_is_ignored()
    {
        Samples.ForEachWidth(isa =>
        {
            for (int at = 0; at < 37; at++)
            {
                float[] logits = Samples.Normal(1, 37);
                logits[at] = float.NaN;
                var loss = new SoftmaxCrossEntropy { Isa = isa };
                Assert.True(double.IsNaN(loss.Loss(logits, [5], new RowShape(1, 37, 37)).Total));
                float[] gradients = new float[37];
                Assert.Equal(new LossResult(0, 0), loss.LossAndGradients(logits, [Ignore], new RowShape(1, 37, 37), gradients));
                Assert.All(gradients, g => Assert.Equal(0f, g));
            }
        });
    }

    [Fact]
    public void Nothing_counted_is_a_loss_of_zero()
    {
        LossResult none = new SoftmaxCrossEntropy().LossAndGradients([], [], new RowShape(0, 7), []);
        Assert.Equal((0.0, 0L, 0.0), (none.Total, none.Count, none.Mean));
    }

    [Fact]
    public void A_target_out_of_range_is_refused_with_its_row_before_anything_is_written()
    {
        float[] gradients = [7f, 7f, 7f, 7f];
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new SoftmaxCrossEntropy().LossAndGradients(new float[4], [0, 2], new RowShape(2, 2, 2), gradients));
        Assert.StartsWith("targets[1]: expected one of 2 classes (0 to 1), found 2.", error.Message);
        Assert.All(gradients, g => Assert.Equal(7f, g));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SoftmaxCrossEntropy().Loss(new float[4], [0, -1], new RowShape(2, 2, 2)));
    }

    [Fact]
    public void Wrong_lengths_and_shifted_overlap_are_refused_with_both_numbers()
    {
        var loss = new SoftmaxCrossEntropy();
        float[] memory = new float[100];
        Assert.StartsWith("targets: expected one for each of 2 rows, found 1.",
            Assert.Throws<ArgumentException>(() => loss.Loss(memory, [0], new RowShape(2, 2))).Message);
        Assert.StartsWith("logits: 3 rows of 20, 32 apart, need 84 numbers, found 83.",
            Assert.Throws<ArgumentException>(() => loss.Loss(memory.AsSpan(0, 83), [0, 0, 0], new RowShape(3, 20))).Message);
        Assert.StartsWith("gradients: overlap what they are computed from, shifted by 1 floats.",
            Assert.Throws<ArgumentException>(
                () => loss.LossAndGradients(memory.AsSpan(0, 32), [0], new RowShape(1, 20), memory.AsSpan(1, 32))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SoftmaxCrossEntropy(labelSmoothing: 1.5));
    }

    [Fact]
    public void Loss_and_gradients_allocate_nothing()
    {
        var loss = new SoftmaxCrossEntropy(labelSmoothing: 0.1);
        float[] logits = Samples.Normal(1, 3 * 1088), gradients = new float[logits.Length];
        int[] targets = [4, Ignore, 1050];
        Assert.Equal(0, Allocations.Of(() =>
        {
            loss.LossAndGradients(logits, targets, new RowShape(3, 1080), gradients);
            loss.Loss(logits, targets, new RowShape(3, 1080));
        }));
    }

    internal static double Derivative(double[] at, int i, Func<double[], double> f)
    {
        const double Step = 1e-4;
        double kept = at[i];
        double Moved(double by)
        {
            at[i] = kept + by;
            double value = f(at);
            at[i] = kept;
            return value;
        }

        return (8 * (Moved(Step) - Moved(-Step)) - (Moved(2 * Step) - Moved(-2 * Step))) / (12 * Step);
    }

    private static double Mean((double Total, int Count) loss) => loss.Count == 0 ? 0 : loss.Total / loss.Count;

    private static double[] Softmax(double[] a)
    {
        double largest = a.Max(), sum = a.Sum(x => Math.Exp(x - largest));
        return [.. a.Select(x => Math.Exp(x - largest) / sum)];
    }

    private static int[] Targets(int seed, int rows, int classes)
    {
        var random = new RandomStream((ulong)seed + 99);
        return [.. Enumerable.Range(0, rows).Select(_ => random.NextInt32(4) == 0 ? Ignore : random.NextInt32(classes))];
    }
}
