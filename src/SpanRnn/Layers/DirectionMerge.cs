using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Layers;

/// <summary>The outputs of two directions become one, over packed rows; and the derivative below.</summary>
/// <remarks>The reverse direction's rows are in its own order of time: the timeline's mirror says which belongs to which.</remarks>
internal static class DirectionMerge
{
    /// <summary>y = merge(forward, reverse), rows of <paramref name="size"/> numbers each.</summary>
    public static void Forward(Isa isa, MergeMode mode, RowView forward, RowView reverse, ReadOnlySpan<int> mirror, int size, RowView y)
    {
        if (mode == MergeMode.Multiply)
        {
            Multiply(isa, forward, default, reverse, mirror, y);
            return;
        }

        Rows.Copy(ref forward.Origin, forward.Stride, y.Count, ref y.Origin, y.Stride, size);
        if (mode == MergeMode.Concat)
        {
            Rows.Gather(ref reverse.Origin, reverse.Stride, mirror, ref Unsafe.Add(ref y.Origin, size), y.Stride, size);
            return;
        }

        Rows.GatherAdd(ref reverse.Origin, reverse.Stride, mirror, ref y.Origin, y.Stride, size);
        if (mode == MergeMode.Average)
        {
            Halve(y, size);
        }
    }

    /// <summary>From dy to both directions' gradients, the reverse one's in its own order of time.</summary>
    public static void Backward(
        Isa isa, MergeMode mode, RowView dy, RowView forward, RowView reverse, ReadOnlySpan<int> mirror, int size, RowView dForward, RowView dReverse)
    {
        if (mode == MergeMode.Multiply)
        {
            Multiply(isa, dy, default, reverse, mirror, dForward);
            Multiply(isa, dy, mirror, forward, mirror, dReverse);
            return;
        }

        ref float second = ref mode == MergeMode.Concat ? ref Unsafe.Add(ref dy.Origin, size) : ref dy.Origin;
        Rows.Copy(ref dy.Origin, dy.Stride, dy.Count, ref dForward.Origin, dForward.Stride, size);
        Rows.Gather(ref second, dy.Stride, mirror, ref dReverse.Origin, dReverse.Stride, size);
        if (mode == MergeMode.Average)
        {
            Halve(dForward, size);
            Halve(dReverse, size);
        }
    }

    private static void Halve(RowView rows, int size)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            TensorPrimitives.Multiply(rows[row, size], 0.5f, rows[row, size]);
        }
    }

    /// <summary>Whole blocks: the operands' padding is zero, so the product's is.</summary>
    private static void Multiply(
        Isa isa, RowView left, ReadOnlySpan<int> leftRows, RowView right, ReadOnlySpan<int> rightRows, RowView destination)
    {
        var product = new RowProduct
        {
            Left = ref left.Origin,
            LeftRows = leftRows,
            LeftStride = left.Stride,
            Right = ref right.Origin,
            RightRows = rightRows,
            RightStride = right.Stride,
            Destination = ref destination.Origin,
            DestinationStride = destination.Stride,
            Rows = destination.Count,
            Length = destination.Stride,
        };
        isa.Run(ref product);
    }
}
