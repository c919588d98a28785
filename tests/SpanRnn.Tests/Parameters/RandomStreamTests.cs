using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Parameters;

public sealed class RandomStreamTests
{
    [Fact]
    public void Known_answers_of_xoshiro256_starstar_and_of_its_seeding()
    {
        var stream = new RandomStream(new RandomState(1, 2, 3, 4));
        ulong[] expected = [11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625];
        Assert.Equal(expected, expected.Select(_ => stream.NextUInt64()));
        Assert.Equal(
            new RandomState(6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431),
            new RandomStream(1234567).State);
        Assert.Equal(3504822795582309479UL, new RandomStream(1234567).NextUInt64());
    }

    [Fact]
    public void A_saved_state_repeats_what_followed()
    {
        var stream = new RandomStream(5);
        stream.NextNormal();
        RandomState saved = stream.State;
        float[] first = Draw(stream), second = Draw(new RandomStream(saved));
        stream.State = saved;
        Assert.Equal(first, second);
        Assert.Equal(first, Draw(stream));
        Assert.Throws<ArgumentException>(() => stream.State = default);
    }

    [Fact]
    public void Forks_differ_by_name_and_place_and_leave_the_stream_alone()
    {
        var stream = new RandomStream(5);
        RandomState before = stream.State;
        ulong[] firsts =
        [
            stream.Fork("a").NextUInt64(), stream.Fork("b").NextUInt64(), stream.Fork("").NextUInt64(), stream.Fork(0).NextUInt64(),
            stream.Fork(1).NextUInt64(), stream.Fork(-1).NextUInt64(), new RandomStream(5).NextUInt64(), new RandomStream(6).Fork("a").NextUInt64(),
        ];
        Assert.Equal(firsts.Length, firsts.Distinct().Count());
        Assert.Equal(before, stream.State);
        Assert.Equal(firsts[0], stream.Fork("a").NextUInt64());
        stream.NextUInt64();
        Assert.NotEqual(firsts[0], stream.Fork("a").NextUInt64());
    }

    [Fact]
    public void Integers_are_uniform_even_for_bounds_that_do_not_divide()
    {
        const int Draws = 60_000;
        foreach (int bound in new[] { 1, 3, 7, 10 })
        {
            var stream = new RandomStream(11);
            int[] counts = new int[bound];
            for (int i = 0; i < Draws; i++)
            {
                counts[stream.NextInt32(bound)]++;
            }

            double expected = (double)Draws / bound, chi = counts.Sum(count => (count - expected) * (count - expected) / expected);
            Assert.True(chi < 30, $"{bound}: {chi}");
        }

        // For a bound of 3/4 of 2^31 a plain modulo would give the lower third twice as often.
        var wide = new RandomStream(12);
        int low = Enumerable.Range(0, Draws).Count(_ => wide.NextInt32(1_610_612_736) < 536_870_912);
        Assert.Equal(Draws / 3, low, Draws / 100.0);
        Assert.Throws<ArgumentOutOfRangeException>(() => wide.NextInt32(0));
    }

    [Fact]
    public void Uniform_numbers_fill_their_range_evenly()
    {
        float[] values = new float[100_000];
        var stream = new RandomStream(3);
        stream.FillUniform(values, -2f, 6f);
        Assert.All(values, value => Assert.InRange(value, -2f, 6f));
        Assert.Equal(2, values.Average(v => (double)v), 0.03);
        Assert.Equal(64 / 12.0, values.Average(v => (v - 2.0) * (v - 2.0)), 0.06);
        Assert.All(Enumerable.Range(0, 10_000), _ => Assert.InRange(stream.NextSingle(), 0f, 0.99999994f));
        Assert.All(Enumerable.Range(0, 10_000), _ => Assert.InRange(stream.NextDouble(), 0, Math.BitDecrement(1.0)));
        Assert.Throws<ArgumentException>(() => stream.FillUniform(values, 1f, 0f));
    }

    [Fact]
    public void Normal_numbers_have_the_moments_and_tails_of_the_normal_distribution()
    {
        float[] values = new float[200_000];
        new RandomStream(4).FillNormal(values, 1f, 2f);
        double[] z = [.. values.Select(value => (value - 1.0) / 2)];
        Assert.Equal(0, z.Average(), 0.01);
        Assert.Equal(1, z.Average(x => x * x), 0.02);
        Assert.Equal(0, z.Average(x => x * x * x), 0.04);
        Assert.Equal(3, z.Average(x => x * x * x * x), 0.1);
        Assert.Equal(0.0455, z.Count(x => Math.Abs(x) > 2) / (double)z.Length, 0.002);
    }

    [Fact]
    public void Drawing_allocates_nothing()
    {
        var stream = new RandomStream(5);
        float[] values = new float[100];
        Assert.Equal(0, Allocations.Of(() =>
        {
            stream.FillNormal(values, 0f, 1f);
            stream.FillUniform(values, 0f, 1f);
            stream.NextInt32(10);
            stream.State = stream.State;
        }));
    }

    private static float[] Draw(RandomStream stream)
    {
        float[] values = new float[10];
        stream.FillUniform(values.AsSpan(0, 5), -1f, 1f);
        stream.FillNormal(values.AsSpan(5), 0f, 1f);
        return values;
    }
}
