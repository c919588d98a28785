using SpanRnn.Tests.Twin;

namespace SpanRnn.Tests.Support;

/// <summary>One sequence's part of arrays of a whole batch.</summary>
internal static class StateRows
{
    /// <summary>Of [T, B, width]: the first steps of one sequence.</summary>
    public static T[] Steps<T>(T[] values, int row, int rows, int length, int width) =>
        [.. Enumerable.Range(0, length).SelectMany(t => values.AsSpan((t * rows + row) * width, width).ToArray())];

    /// <summary>Of the blocks [B, width] of all layers and directions: one sequence's states.</summary>
    public static T[] Of<T>(T[] states, int row, int rows, int[] widths)
    {
        var values = new List<T>();
        int at = 0;
        foreach (int width in states.Length == 0 ? [] : widths)
        {
            values.AddRange(states.AsSpan(at + row * width, width));
            at += rows * width;
        }

        return [.. values];
    }

    public static int[] HiddenWidths(TwinRecurrent stack) =>
        [.. Enumerable.Range(0, stack.Layers).SelectMany(l => Enumerable.Repeat(stack.StateWidth(l), stack.Directions))];

    public static int[] CellWidths(TwinRecurrent stack) => [.. stack.Hidden.SelectMany(width => Enumerable.Repeat(width, stack.Directions))];
}
