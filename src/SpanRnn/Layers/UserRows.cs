using System.Runtime.InteropServices;
using SpanRnn.Kernels;

namespace SpanRnn.Layers;

/// <summary>Moves rows of all steps between the user's order, [T, B, size], and the tapes' packed rows; states have <see cref="StackStates"/>.</summary>
internal static class UserRows
{
    /// <summary>The user's rows, dense, become packed ones.</summary>
    public static void Pack(Timeline timeline, RowView user, RowView packed)
    {
        if (timeline.IsInUserOrder && user.Stride == packed.Stride)
        {
            user[0, timeline.Rows * user.Stride].CopyTo(packed[0, timeline.Rows * user.Stride]);
            return;
        }

        Rows.Gather(ref user.Origin, user.Stride, timeline.UserRows, ref packed.Origin, packed.Stride, user.Stride);
    }

    /// <summary>Packed rows become the user's, zero past the lengths.</summary>
    public static void Scatter(Timeline timeline, RowView packed, Span<float> user, int size)
    {
        if (timeline.IsInUserOrder && packed.Stride == size)
        {
            packed[0, timeline.Rows * size].CopyTo(user);
            return;
        }

        if (!timeline.IsDense)
        {
            user.Clear();
        }

        Rows.Scatter(ref packed.Origin, packed.Stride, timeline.UserRows, ref MemoryMarshal.GetReference(user), size, size);
    }
}
