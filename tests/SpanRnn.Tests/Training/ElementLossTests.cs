using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Lanes;
using SpanRnn.Parameters;
using SpanRnn.Training.Losses;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Training;

public sealed class ElementLossTests
{
    private static readonly (string Name, Func<Isa, LossReduction, ElementLoss> Make, Func<double, double, double> Twin)[] Kinds =
    [
        ("mse", (isa, reduction) => new MeanSquaredError(reduction) { Isa = isa }, LossTwins.Square),
        ("huber", (isa, reduction) => new Huber(0.7f, reduction) { Isa = isa }, LossTwins.Huber(0.7f)),
        ("bce", (isa, reduction) => new BinaryCrossEntropyWithLogits(1f, reduction) { Isa = isa }, LossTwins.BinaryCrossEntropy(1)),
        ("bce weighted", (isa, reduction) => new BinaryCrossEntropyWithLogits(2.5f, reduction) { Isa = isa }, LossTwins.BinaryCrossEntropy(2.5)),
    ];

    public static TheoryData<string> Names => [.. Kinds.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Loss_and_gradients_are_the_twins_under_any_mask(string name)
    {
        (_, Func<Isa, LossReduction, ElementLoss> make, Func<double, double, double> twin) = Kinds.Single(kind => kind.Name == name);
        Prop.ForAll(Samples.Shapes, shape =>
        {
            (int seed, int rows, int columns) = shape;
            var where = new RowShape(rows, columns) { TargetStride = columns };
            LossReduction reduction = seed % 2 == 0 ? LossReduction.Mean : LossReduction.Sum;
            (float[] a, float[] y, float[] mask) = Draw(seed, rows, columns);
            bool Counts(int i) => mask.Length == 0 || mask[mask.Length == rows ? i / columns : i] > 0;

            double total = 0;
            int count = 0;
            for (int i = 0; i < a.Length; i++)
            {
                (total, count) = Counts(i) ? (total + twin(a[i], y[i]), count + 1) : (total, count);
                a[i] = Counts(i) ? a[i] : float.NaN; // what does not count may be anything
            }

            float[] padded = Samples.Padded(a, columns, where.Stride), gradients = Samples.Padded(a, columns, where.Stride);
            ElementLoss loss = make(Isa.Best, reduction);
            LossResult found = loss.LossAndGradients(padded, y, mask, where, gradients);
            Assert.Equal(count, found.Count);
            Assert.Equal(total, found.Total, 1e-6 * Math.Max(1, total));
            Assert.Equal(found, loss.Loss(padded, y, mask, where));
            double scale = reduction == LossReduction.Mean && count > 0 ? 1.0 / count : 1;
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < where.Stride; column++)
                {
                    int i = row * columns + column;
                    double expected = column < columns && Counts(i)
                        ? scale * SoftmaxCrossEntropyTests.Derivative([a[i]], 0, at => twin(at[0], y[i]))
                        : 0;
                    Assert.Equal(expected, gradients[row * where.Stride + column], expected == 0 ? 0 : scale * Tolerance(name, a[i] - y[i]));
                }
            }
        }).Check(Samples.Times(25));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_width_in_place_or_not_gives_the_same_bits(string name)
    {
        Func<Isa, LossReduction, ElementLoss> make = Kinds.Single(kind => kind.Name == name).Make;
        Prop.ForAll(Samples.Shapes, shape =>
        {
            (int seed, int rows, int columns) = shape;
            var where = new RowShape(rows, columns) { TargetStride = columns };
            (float[] a, float[] y, float[] mask) = Draw(seed, rows, columns);
            float[] padded = Samples.Padded(a, columns, where.Stride), expected = new float[padded.Length];
            LossResult scalar = make(Isa.Of(1), LossReduction.Mean).LossAndGradients(padded, y, mask, where, expected);
            Samples.ForEachWidth(isa =>
            {
                float[] separate = new float[padded.Length], place = [.. padded];
                Assert.Equal(scalar, make(isa, LossReduction.Mean).LossAndGradients(padded, y, mask, where, separate));
                Assert.Equal(scalar, make(isa, LossReduction.Mean).LossAndGradients(place, y, mask, where, place));
                Assert.True(Samples.SameBits(expected, separate) && Samples.SameBits(expected, place));
            });
        }).Check(Samples.Times(15));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NaN_that_counts_shows_in_the_loss_and_extremes_do_not_break_it(string name)
    {
        Func<Isa, LossReduction, ElementLoss> make = Kinds.Single(kind => kind.Name == name).Make;
        Samples.ForEachWidth(isa =>
        {
            ElementLoss loss = make(isa, LossReduction.Sum);
            for (int at = 0; at < 37; at++)
            {
                float[] a = Samples.Normal(3, 37);
                a[at] = float.NaN;
                Assert.True(double.IsNaN(loss.Loss(a, new float[37], [], new RowShape(1, 37, 37)).Total));
            }

            float[] extremes = [1e15f, -1e15f, 1000f, -1000f, 0f, -0f, 1e-40f, 100f], gradients = new float[8];
            Assert.True(double.IsFinite(loss.LossAndGradients(extremes, [1, 0, 0, 1, 0, 1, 0, 1], [], new RowShape(1, 8, 8), gradients).Total));
            Assert.All(gradients, g => Assert.True(float.IsFinite(g) && !float.IsSubnormal(g)));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mask_of_zeros_is_a_loss_of_zero_with_zero_gradients(string name)
    {
        ElementLoss loss = Kinds.Single(kind => kind.Name == name).Make(Isa.Best, LossReduction.Mean);
        foreach (int length in new[] { 2, 40 })
        {
            float[] gradients = [.. Enumerable.Repeat(7f, 64)];
            LossResult none = loss.LossAndGradients(new float[64], new float[40], new float[length], new RowShape(2, 20) { TargetStride = 20 }, gradients);
            Assert.Equal((0.0, 0L, 0.0), (none.Total, none.Count, none.Mean));
            Assert.All(gradients, g => Assert.Equal(0f, g));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Loss_and_gradients_allocate_nothing(string name)
    {
        ElementLoss loss = Kinds.Single(kind => kind.Name == name).Make(Isa.Best, LossReduction.Mean);
        float[] a = Samples.Normal(1, 96), y = new float[96], gradients = new float[96], mask = [1f, 0f, 1f];
        Assert.Equal(0, Allocations.Of(() => loss.LossAndGradients(a, y, mask, new RowShape(3, 20), gradients)));
    }

    [Fact]
    public void Binary_cross_entropy_keeps_its_relative_precision_from_one_end_to_the_other()
    {
        var loss = new BinaryCrossEntropyWithLogits();
        for (float a = -40f; a < 40f; a += 0.0625f)
        {
            foreach (float y in new[] { 0f, 0.25f, 1f })
            {
                double expected = y * Softplus(-a) + (1 - y) * Softplus(a);
                float[] gradient = new float[1];
                Assert.Equal(expected, loss.LossAndGradients([a], [y], [], new RowShape(1, 1, 1), gradient).Total, 4e-7 * expected);
                double s = 1 / (1 + Math.Exp(-(double)a)), slope = y == 0 ? s : y == 1 ? -1 / (1 + Math.Exp(a)) : s - y;
                Assert.Equal(slope, gradient[0], 4e-7 * (y is 0f or 1f ? Math.Abs(slope) : 1));
            }
        }

        // ln(1 + e) by its series where e is too small for 1 + e.
        static double Softplus(double x) => Math.Max(x, 0) + (Math.Exp(-Math.Abs(x)) is var e && e < 1e-8 ? e - e * e / 2 : Math.Log(1 + e));
    }

    [Fact]
    public void Wrong_lengths_and_overlap_are_refused_with_both_numbers()
    {
        var loss = new MeanSquaredError();
        float[] memory = new float[100];
        var shape = new RowShape(2, 20);
        Assert.StartsWith("targets: 2 rows of 20, 32 apart, need 52 numbers, found 51.",
            Assert.Throws<ArgumentException>(() => loss.Loss(memory, memory.AsSpan(0, 51), [], shape)).Message);
        Assert.StartsWith("mask: 2 rows of 20, 32 apart, need 52 numbers, found 3.",
            Assert.Throws<ArgumentException>(() => loss.Loss(memory, memory, new float[3], shape)).Message);
        Assert.Throws<ArgumentException>(() => loss.LossAndGradients(new float[52], memory, [], shape, memory));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowShape(1, 20, 19));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Huber(0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryCrossEntropyWithLogits(float.NaN));
    }

    private static double Tolerance(string name, double difference)
    {
        // Central differences straddle the joint of Huber's two pieces; elsewhere rounding is relative to the difference.
        double distance = Math.Abs(difference);
        return name == "huber" && Math.Abs(distance - 0.7f) < 1e-3 ? 1e-3 : 1e-6 * Math.Max(1, distance);
    }

    private static (float[] A, float[] Y, float[] Mask) Draw(int seed, int rows, int columns)
    {
        float[] a = Samples.Normal(seed, rows * columns, 2f), y = new float[a.Length];
        new RandomStream((ulong)seed + 7).FillUniform(y, 0f, 1f);
        float[] mask = new float[(seed % 3) switch { 0 => 0, 1 => rows, _ => a.Length }];
        var random = new RandomStream((ulong)seed + 8);
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = random.NextInt32(3) == 0 ? 0f : 1f;
        }

        return (a, y, mask);
    }
}
