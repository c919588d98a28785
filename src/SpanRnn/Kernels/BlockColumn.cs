using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Copies one block of each row, far apart, to a dense column of blocks.</summary>
internal ref struct BlockColumn : IKernel
{
    public ref float Source, Destination;

    public int Rows;

    /// <summary>Floats between rows of the source.</summary>
    public nint Stride;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        ref float from = ref Source;
        ref float to = ref Destination;
        for (int row = Rows; row > 0; row--)
        {
            for (int lane = 0; lane < Block.Size; lane += V.Width)
            {
                V.Load(in Unsafe.Add(ref from, lane)).Store(ref Unsafe.Add(ref to, lane));
            }

            from = ref Unsafe.Add(ref from, Stride);
            to = ref Unsafe.Add(ref to, Block.Size);
        }
    }
}
