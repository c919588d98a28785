using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Parameters;
using SpanRnn.Tests.Training;
using Xunit;

namespace SpanRnn.Tests.Parameters;

public sealed class InitializerTests
{
    private static readonly Initializer[] All =
    [
        Initializer.Zeros, Initializer.Constant(2f), Initializer.Uniform(0.3f), Initializer.Uniform(1f, 2f), Initializer.Normal(0.1f),
        Initializer.GlorotUniform, Initializer.Orthogonal(), Initializer.PyTorchEmbedding, Initializer.KerasEmbedding,
    ];

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_padding_stays_zero() => Prop.ForAll(Samples.SmallShapes, shape =>
    {
        ParameterLayout layout = Samples.Layout(shape.Rows, shape.Columns);
        foreach (Initializer initializer in All)
        {
            using ParameterSet first = new(layout), second = new(layout);
            initializer.Fill(first["weight"], new RandomStream((ulong)shape.Seed));
            initializer.Fill(second["weight"], new RandomStream((ulong)shape.Seed));
            Assert.True(Samples.SameBits(first.All, second.All));
            double inside = Numbers(first).Sum(x => Math.Abs((double)x));
            Assert.Equal(inside, first.All.ToArray().Sum(x => Math.Abs((double)x)), 1e-9 * inside);
        }
    }).Check(Samples.Times(20));

    [Theory]
    [InlineData(40, 10)]
    [InlineData(10, 40)]
    [InlineData(33, 33)]
    [InlineData(1, 5)]
    [InlineData(128, 32)]
    [InlineData(1, 1)]
    public void Orthogonal_rows_or_columns_have_length_gain_and_right_angles(int rows, int columns)
    {
        float[] q = Fill(Initializer.Orthogonal(1.5f), rows, columns);
        int few = Math.Min(rows, columns), many = Math.Max(rows, columns);
        double At(int i, int j) => rows >= columns ? q[i * columns + j] : q[j * columns + i];
        for (int a = 0; a < few; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                Assert.Equal(a == b ? 2.25 : 0, Enumerable.Range(0, many).Sum(i => At(i, a) * At(i, b)), 1e-5);
            }
        }
    }

    [Fact]
    public void Orthogonal_is_Q_of_the_matrix_drawn_with_a_positive_diagonal_of_R()
    {
        const int Rows = 12, Columns = 5;
        float[] q = Fill(Initializer.Orthogonal(), Rows, Columns);
        var random = new RandomStream(1);
        double[] a = [.. Enumerable.Range(0, Rows * Columns).Select(_ => random.NextNormal())];
        for (int k = 0; k < Columns; k++)
        {
            for (int j = 0; j < Columns; j++)
            {
                // R = Q'A is upper triangular.
                double r = Enumerable.Range(0, Rows).Sum(i => q[i * Columns + k] * a[i * Columns + j]);
                Assert.True(j < k ? Math.Abs(r) < 1e-5 : j > k || r > 0, $"R[{k},{j}] = {r}");
            }
        }
    }

    [Fact]
    public void Signs_of_orthogonal_matrices_are_even() =>
        Assert.Equal(0, Enumerable.Range(0, 400).Average(seed => Math.Sign(Fill(Initializer.Orthogonal(), 3, 3, seed)[8])), 0.2);

    [Fact]
    public void Ranges_and_deviations_are_those_of_the_definitions()
    {
        float limit = (float)Math.Sqrt(6.0 / (300 + 100));
        CheckUniform(Fill(Initializer.GlorotUniform, 300, 100), limit);
        CheckUniform(Fill(Initializer.KerasEmbedding, 300, 100), 0.05f);
        CheckUniform(Fill(RecurrentInitializers.PyTorch(256).RecurrentBias, 300, 100), 1f / 16);
        CheckUniform(Fill(DenseInitializers.PyTorch(25).Bias, 300, 100), 0.2f);
        Assert.Equal(0.1, Math.Sqrt(Fill(RecurrentInitializers.Normal().InputWeight, 300, 100).Average(x => (double)x * x)), 0.002);
        Assert.Equal(1, Math.Sqrt(Fill(Initializer.PyTorchEmbedding, 300, 100).Average(x => (double)x * x)), 0.02);
        Assert.All(Fill(Initializer.Constant(3f), 3, 3), x => Assert.Equal(3f, x));
    }

    [Fact]
    public void A_forget_bias_is_in_one_vector_and_in_the_forget_gate_only()
    {
        RecurrentInitializers keras = RecurrentInitializers.Keras.WithForgetBias();
        Assert.Equal([0f, 0f, 1f, 1f, 0f, 0f, 0f, 0f], Bias(keras.Bias));
        Assert.Equal(new float[8], Bias(keras.RecurrentBias));

        RecurrentInitializers torch = RecurrentInitializers.PyTorch(2), changed = torch.WithForgetBias(2f);
        float[] first = Bias(changed.Bias), second = Bias(changed.RecurrentBias), plain = Bias(torch.Bias);
        Assert.Equal([2f, 2f, 0f, 0f], first[2..4].Concat(second[2..4]));
        Assert.Equal(plain[..2].Concat(plain[4..]), first[..2].Concat(first[4..]));
        Assert.StartsWith("weight [4, 8]: a forget bias needs a vector",
            Assert.Throws<ArgumentException>(() => Fill(Initializer.ForgetBias(), 4, 8)).Message);
    }

    [Fact]
    public void Numbers_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Uniform(-1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Uniform(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Uniform(2f, 1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Normal(-1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Constant(float.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecurrentInitializers.PyTorch(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => DenseInitializers.PyTorch(0));
    }

    private static void CheckUniform(float[] values, float limit)
    {
        Assert.All(values, value => Assert.InRange(value, -limit, limit));
        Assert.Equal(limit * limit / 3, values.Average(x => (double)x * x), 0.02 * limit * limit);
        Assert.Equal(0, values.Average(x => (double)x), 0.02 * limit);
    }

    private static float[] Bias(Initializer initializer)
    {
        using var set = new ParameterSet(Samples.Layout(8, 3));
        initializer.Fill(set["bias"], new RandomStream(1));
        return set["bias"].Row(0).ToArray();
    }

    private static float[] Fill(Initializer initializer, int rows, int columns, int seed = 1)
    {
        using var set = new ParameterSet(Samples.Layout(rows, columns));
        initializer.Fill(set["weight"], new RandomStream((ulong)seed));
        return Numbers(set);
    }

    private static float[] Numbers(ParameterSet set)
    {
        float[] values = new float[set["weight"].Info.Count];
        set["weight"].CopyTo(values);
        return values;
    }
}
