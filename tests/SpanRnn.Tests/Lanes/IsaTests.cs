using SpanRnn.Lanes;
using Xunit;

namespace SpanRnn.Tests.Lanes;

/// <summary>Which width a run gets: a run meant to test one must have got it.</summary>
public sealed class IsaTests
{
    private static readonly string? Wanted = Environment.GetEnvironmentVariable("SPANRNN_LANES");

    [Fact]
    public void The_environment_lowers_the_width_and_never_raises_it()
    {
        int lanes = string.IsNullOrEmpty(Wanted) ? Isa.Widest : int.Parse(Wanted);
        Assert.Equal(Math.Min(lanes, Isa.Widest), Isa.Best.Lanes);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(1)]
    public void Narrower_vectors_can_be_had_on_every_machine(int lanes) => Assert.Equal(lanes, Isa.Of(lanes).Lanes);

    [Fact]
    public void A_kernel_runs_on_the_width_it_was_sent_to()
    {
        foreach (int lanes in new[] { 16, 8, 4, 1 }.Where(lanes => lanes <= Isa.Widest))
        {
            var kernel = default(Ask);
            Isa.Of(lanes).Run(ref kernel);
            Assert.Equal(lanes, kernel.Lanes);
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(4, 4)]
    [InlineData(5, 8)]
    [InlineData(8, 8)]
    [InlineData(9, 16)]
    public void Few_units_take_narrow_vectors(int units, int lanes)
    {
        if (Isa.Widest >= 16)
        {
            Assert.Equal(lanes, Isa.Of(16).AtMost(units).Lanes);
        }

        Assert.Equal(Math.Min(lanes, 4), Isa.Of(4).AtMost(units).Lanes);
        Assert.Equal(1, Isa.Of(1).AtMost(units).Lanes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(32)]
    public void Other_widths_are_refused(int lanes) => Assert.Throws<ArgumentOutOfRangeException>(() => Isa.Of(lanes));

    private struct Ask : IKernel
    {
        public int Lanes;

        public void Run<V>() where V : struct, ILanes<V> => Lanes = V.Width;
    }
}
