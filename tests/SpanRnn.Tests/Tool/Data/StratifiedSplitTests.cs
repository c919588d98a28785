using SpanRnn.Parameters;
using SpanRnn.Tool.Data;
using Xunit;

namespace SpanRnn.Tests.Tool.Data;

public sealed class StratifiedSplitTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 1_000).Select(i => i % 10 < 7 ? 1 : 0)];

    [Fact]
    public void Every_item_is_in_one_part_and_the_parts_have_the_same_mixture()
    {
        (int[] kept, int[] drawn) = StratifiedSplit.Of(Labels, 0.1, new RandomStream(1));
        Assert.Equal(Enumerable.Range(0, 1_000), kept.Concat(drawn).Order());
        Assert.Equal((70, 30), (drawn.Count(i => Labels[i] == 1), drawn.Count(i => Labels[i] == 0)));
        Assert.Equal(drawn.Order(), drawn);
    }

    [Fact]
    public void The_seed_alone_decides()
    {
        int[] first = StratifiedSplit.Of(Labels, 0.1, new RandomStream(1)).Drawn;
        Assert.Equal(first, StratifiedSplit.Of(Labels, 0.1, new RandomStream(1)).Drawn);
        Assert.NotEqual(first, StratifiedSplit.Of(Labels, 0.1, new RandomStream(2)).Drawn);

        // Labels do not change each other's draw.
        int[] more = [.. Labels, 2, 2, 2];
        Assert.Equal(first, StratifiedSplit.Of(more, 0.1, new RandomStream(1)).Drawn.Where(i => i < 1_000));
    }

    [Theory]
    [InlineData(2, 0.01, 1)]
    [InlineData(2, 0.99, 1)]
    [InlineData(1, 0.5, 0)]
    [InlineData(10, 0, 0)]
    public void Small_classes_keep_something_and_give_something(int count, double part, int drawn) =>
        Assert.Equal(drawn, StratifiedSplit.Of(new int[count], part, new RandomStream(1)).Drawn.Length);
}
