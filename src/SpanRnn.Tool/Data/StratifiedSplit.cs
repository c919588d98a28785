using SpanRnn.Parameters;

namespace SpanRnn.Tool.Data;

/// <summary>Parts of labelled items with the same mixture of labels, fixed by a seed.</summary>
internal static class StratifiedSplit
{
    /// <summary>Draws a part of the items of each label, rounded to whole items, at least one where a label has two.</summary>
    /// <param name="labels">The label of each item.</param>
    /// <param name="part">The part to draw, 0 to below 1.</param>
    /// <param name="random">Each label draws from its own fork, so labels do not change each other's draw.</param>
    /// <returns>Indices that stay and indices that were drawn, both ascending.</returns>
    public static (int[] Kept, int[] Drawn) Of(IReadOnlyList<int> labels, double part, RandomStream random)
    {
        var isDrawn = new bool[labels.Count];
        foreach (IGrouping<int, int> group in Enumerable.Range(0, labels.Count).GroupBy(i => labels[i]))
        {
            int[] items = [.. group];
            int count = (int)Math.Round(items.Length * part, MidpointRounding.AwayFromZero);
            count = part > 0 && items.Length > 1 ? Math.Clamp(count, 1, items.Length - 1) : 0;
            Shuffle(items, random.Fork("split").Fork(group.Key));
            foreach (int item in items.AsSpan(0, count))
            {
                isDrawn[item] = true;
            }
        }

        return ([.. Indices(false)], [.. Indices(true)]);

        IEnumerable<int> Indices(bool drawn) => Enumerable.Range(0, labels.Count).Where(i => isDrawn[i] == drawn);
    }

    /// <summary>Every order is equally likely (Fisher and Yates, Durstenfeld's form).</summary>
    public static void Shuffle<T>(Span<T> items, RandomStream random)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = random.NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
