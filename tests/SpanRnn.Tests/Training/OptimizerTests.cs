using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Lanes;
using SpanRnn.Parameters;
using SpanRnn.Training.Optimizers;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Training;

public sealed class OptimizerTests
{
    private const EpsilonStyle Keras = EpsilonStyle.Keras;

    private static readonly (string Name, Func<Isa, Optimizer> Make, OptimizerTwin Twin)[] Kinds =
    [
        ("sgd", isa => new Sgd(0.1) { Isa = isa }, OptimizerTwins.Sgd(0.1, 0, false, 0)),
        ("sgd decay", isa => new Sgd(0.1, weightDecay: 0.03) { Isa = isa }, OptimizerTwins.Sgd(0.1, 0, false, 0.03)),
        ("momentum", isa => new Sgd(0.1, 0.9, weightDecay: 0.01) { Isa = isa }, OptimizerTwins.Sgd(0.1, 0.9, false, 0.01)),
        ("nesterov", isa => new Sgd(0.1, 0.8, true, 0.01) { Isa = isa }, OptimizerTwins.Sgd(0.1, 0.8, true, 0.01)),
        ("adam", isa => new Adam(0.01) { Isa = isa }, OptimizerTwins.Adam(0.01, 0.9, 0.999, 1e-8, 0, false, false, false)),
        ("adam without average", isa => new Adam(0.01, 0, 0, 1e-3, 0.1) { Isa = isa }, OptimizerTwins.Adam(0.01, 0, 0, 1e-3, 0.1, false, false, false)),
        ("amsgrad", isa => new Adam(0.01, 0.8, 0.9, 1e-6, 0.1, true) { Isa = isa }, OptimizerTwins.Adam(0.01, 0.8, 0.9, 1e-6, 0.1, true, false, false)),
        ("adam keras", isa => new Adam(0.01, epsilon: 0.01, epsilonStyle: Keras) { Isa = isa }, OptimizerTwins.Adam(0.01, 0.9, 0.999, 0.01, 0, false, false, true)),
        ("adamw", isa => new AdamW(0.01, weightDecay: 0.2) { Isa = isa }, OptimizerTwins.Adam(0.01, 0.9, 0.999, 1e-8, 0.2, false, true, false)),
        ("adamw amsgrad", isa => new AdamW(0.01, amsGrad: true) { Isa = isa }, OptimizerTwins.Adam(0.01, 0.9, 0.999, 1e-8, 0.01, true, true, false)),
        ("rmsprop", isa => new RmsProp() { Isa = isa }, OptimizerTwins.RmsProp(0.01, 0.99, 1e-8, 0, 0, false, false)),
        ("rmsprop centered", isa => new RmsProp(0.01, 0.9, 1e-3, 0.01, 0, true) { Isa = isa }, OptimizerTwins.RmsProp(0.01, 0.9, 1e-3, 0.01, 0, true, false)),
        ("rmsprop momentum", isa => new RmsProp(0.01, 0.9, momentum: 0.7) { Isa = isa }, OptimizerTwins.RmsProp(0.01, 0.9, 1e-8, 0, 0.7, false, false)),
        ("rmsprop all", isa => new RmsProp(0.01, 0.9, 0.01, 0, 0.5, true, Keras) { Isa = isa }, OptimizerTwins.RmsProp(0.01, 0.9, 0.01, 0, 0.5, true, true)),
        ("adagrad", isa => new Adagrad(0.1, 0.1, 0.01, 0.1) { Isa = isa }, OptimizerTwins.Adagrad(0.1, 0.1, 0.01, 0.1, 1e-10, false)),
        ("adagrad keras", isa => new Adagrad(0.1, epsilon: 0.01, epsilonStyle: Keras) { Isa = isa }, OptimizerTwins.Adagrad(0.1, 0, 0, 0, 0.01, true)),
    ];

    public static TheoryData<string> Names => [.. Kinds.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_step_is_that_of_the_double_twin(string name)
    {
        (_, Func<Isa, Optimizer> make, OptimizerTwin twin) = Kinds.Single(kind => kind.Name == name);
        Prop.ForAll(Samples.SmallShapes, shape =>
        {
            ParameterLayout layout = Samples.Layout(shape.Rows, shape.Columns);
            using ParameterSet weights = Samples.Arena(layout, shape.Seed);
            using Optimizer optimizer = make(Isa.Best);
            optimizer.Attach(layout);
            double[] w = [.. weights.All.ToArray().Select(x => (double)x)];
            double[][] moments = [.. w.Select(_ => new double[3])];
            double worst = 0;
            for (int t = 1; t <= 12; t++)
            {
                using ParameterSet gradients = Samples.Arena(layout, shape.Seed ^ t, 2f);
                optimizer.Update(weights, gradients, 0.25f);
                for (int i = 0; i < w.Length; i++)
                {
                    w[i] = Padding(layout, i) ? 0 : twin(w[i], gradients.All[i] * 0.25, moments[i], t);
                    worst = Math.Max(worst, Math.Abs(weights.All[i] - w[i]) / Math.Max(1, Math.Abs(w[i])));
                }
            }

            Assert.Equal(12, optimizer.StepCount);
            Assert.True(worst < 3e-6, $"{name} {shape}: {worst}");
        }).Check(Samples.Times(25));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_width_and_any_split_gives_the_same_bits(string name)
    {
        Func<Isa, Optimizer> make = Kinds.Single(kind => kind.Name == name).Make;
        Prop.ForAll(Samples.SmallShapes, shape =>
        {
            ParameterLayout layout = Samples.Layout(shape.Rows, shape.Columns);
            float[] expected = Train(make(Isa.Of(1)), layout, shape.Seed, split: false);
            Samples.ForEachWidth(isa => Assert.True(Samples.SameBits(expected, Train(make(isa), layout, shape.Seed, split: false))));
            Assert.True(Samples.SameBits(expected, Train(make(Isa.Best), layout, shape.Seed, split: true)));
        }).Check(Samples.Times(10));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_allocates_nothing(string name)
    {
        ParameterLayout layout = Samples.Layout(3, 20);
        using ParameterSet weights = Samples.Arena(layout, 1), gradients = Samples.Arena(layout, 2);
        using Optimizer optimizer = Kinds.Single(kind => kind.Name == name).Make(Isa.Best);
        optimizer.Attach(layout);
        Assert.Equal(0, Allocations.Of(() => optimizer.Update(weights, gradients, 0.5f)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Going_on_from_saved_moments_gives_the_same_bits_as_not_having_stopped(string name)
    {
        Func<Isa, Optimizer> make = Kinds.Single(kind => kind.Name == name).Make;
        ParameterLayout layout = Samples.Layout(3, 20);
        using ParameterSet weights = Samples.Arena(layout, 1), gradients = Samples.Arena(layout, 2), copy = new(layout);
        using Optimizer first = make(Isa.Best), second = make(Isa.Best);
        first.Attach(layout);
        first.Update(weights, gradients);
        first.Update(weights, gradients);
        second.Attach(Samples.Layout(3, 20));
        second.StepCount = first.StepCount;
        weights.All.CopyTo(copy.All);
        foreach ((string moment, ParameterSet saved) in first.Moments)
        {
            saved.All.CopyTo(second.Moments.Single(other => other.Name == moment).Moment.All);
        }

        first.Update(weights, gradients);
        second.Update(copy, gradients);
        Assert.True(Samples.SameBits(weights.All, copy.All));
    }

    [Fact]
    public void Moments_of_what_is_no_longer_used_become_zero_and_never_denormal()
    {
        ParameterLayout layout = Samples.Layout(2, 8);
        foreach ((string name, Func<Isa, Optimizer> make, _) in Kinds.Where(kind => !kind.Name.Contains("adagrad") && !kind.Name.Contains("decay")))
        {
            using ParameterSet weights = new(layout), gradients = Samples.Arena(layout, 5, 1e-12f);
            using Optimizer optimizer = make(Isa.Best);
            optimizer.Attach(layout);
            optimizer.WeightDecay = 0;
            optimizer.Update(weights, gradients);
            gradients.All.Clear();
            for (int t = 0; t < 2000; t++)
            {
                optimizer.Update(weights, gradients);
                foreach ((_, ParameterSet moment) in optimizer.Moments)
                {
                    Assert.DoesNotContain(moment.All.ToArray(), float.IsSubnormal);
                }
            }

            foreach ((string moment, ParameterSet set) in optimizer.Moments.Where(m => m.Name is not ("exp_avg_sq" or "max_exp_avg_sq" or "square_avg")))
            {
                Assert.True(set.All.ToArray().All(x => x == 0), $"{name} {moment}");
            }
        }
    }

    [Fact]
    public void Wrong_use_is_refused_with_both_numbers()
    {
        ParameterLayout layout = Samples.Layout(3, 20), other = Samples.Layout(4, 20);
        using ParameterSet weights = new(layout), gradients = new(layout), foreign = new(other);
        using var optimizer = new Adam();
        Assert.Throws<InvalidOperationException>(() => optimizer.Update(weights, gradients));
        optimizer.Attach(layout);
        Assert.StartsWith("gradients: expected weight [3, 20], found weight [4, 20].",
            Assert.Throws<ArgumentException>(() => optimizer.Update(weights, foreign)).Message);
        Assert.Throws<ArgumentException>(() => optimizer.Update(weights, weights));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Update(weights, gradients, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(double.NaN));
        Assert.Equal(0, optimizer.StepCount);
    }

    private static float[] Train(Optimizer optimizer, ParameterLayout layout, int seed, bool split)
    {
        using ParameterSet weights = Samples.Arena(layout, seed);
        optimizer.Attach(layout);
        for (int t = 1; t <= 3; t++)
        {
            using ParameterSet gradients = Samples.Arena(layout, seed ^ t, t == 2 ? 1e-18f : 3f);
            if (!split)
            {
                optimizer.Update(weights, gradients, 0.3f);
                continue;
            }

            optimizer.BeginStep(weights, gradients, 0.3f);
            for (int start = layout.Length - 16; start >= 0; start -= 16)
            {
                optimizer.UpdateRange(weights, gradients, 0.3f, start, 16, start);
            }
        }

        float[] result = [.. weights.All, .. optimizer.Moments.SelectMany(moment => moment.Moment.All.ToArray())];
        optimizer.Dispose();
        return result;
    }

    private static bool Padding(ParameterLayout layout, int index)
    {
        ParameterInfo tensor = layout.Tensors.Last(tensor => tensor.Offset <= index);
        return (index - tensor.Offset) % tensor.Stride >= tensor.Columns;
    }
}
