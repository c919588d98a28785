using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Lanes.LaneMath;

namespace SpanRnn.Kernels;

/// <summary>destination = left right, number by number, over rows of whole blocks; tiny products become 0, as states do.</summary>
internal ref struct RowProduct : IKernel
{
    public ref float Left, Right, Destination;

    /// <summary>For each row of the result the row of that operand; empty for the same one.</summary>
    public ReadOnlySpan<int> LeftRows, RightRows;

    public int LeftStride, RightStride, DestinationStride, Rows, Length;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int row = 0; row < Rows; row++)
        {
            ref float left = ref Unsafe.Add(ref Left, (nint)(LeftRows.IsEmpty ? row : LeftRows[row]) * LeftStride);
            ref float right = ref Unsafe.Add(ref Right, (nint)(RightRows.IsEmpty ? row : RightRows[row]) * RightStride);
            ref float destination = ref Unsafe.Add(ref Destination, (nint)row * DestinationStride);
            for (int column = 0; column < Length; column += V.Width)
            {
                Flush(V.Load(in Unsafe.Add(ref left, column)) * V.Load(in Unsafe.Add(ref right, column))).Store(ref Unsafe.Add(ref destination, column));
            }
        }
    }
}
