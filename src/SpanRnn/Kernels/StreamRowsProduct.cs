using System.Runtime.CompilerServices;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>y = init + W x over many rows, with the weights of <see cref="StreamProduct{TWeight}"/> and to the bit its results.</summary>
internal ref struct StreamRowsProduct<TWeight> : IKernel where TWeight : struct, IWeight
{
    public ref byte Weights;

    public StreamTiles<TWeight> Tiles;

    /// <summary>One number for each output, in rows <see cref="InitStride"/> floats apart: 0 for a bias. Zeros, if sums are scaled.</summary>
    public ref float Init, Zero;

    public int InitStride;

    /// <summary>Factors of the sums; of scaled weights alone.</summary>
    public ref float Scales;

    /// <summary>The first row; rows are dense, of whole blocks. May be Init.</summary>
    public ref float Y;

    public int Rows, Blocks;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        ref byte weights = ref Weights;
        for (int block = 0, size; block < Blocks; block += size)
        {
            size = StreamGroups.Size(block, Blocks, StreamGroups.Plain);
            for (int member = 0, width; member < size; member += width)
            {
                width = Math.Min(4, size - member);
                int unit = (block + member) * V.Width;
                ref float init = ref Unsafe.Add(ref Init, unit), y = ref Unsafe.Add(ref Y, unit);
                if (!TWeight.IsScaled)
                {
                    Tiles.Multiply<V>(ref weights, size, member, width, 0, Rows, ref init, InitStride, ref y);
                    continue;
                }

                Tiles.Multiply<V>(ref weights, size, member, width, 0, Rows, ref Zero, 0, ref y);
                for (int lane = 0; lane < width * V.Width; lane += V.Width)
                {
                    ref float sum = ref Unsafe.Add(ref y, lane);
                    ScaledRows.Add<V>(
                        ref sum, ref Unsafe.Add(ref Scales, unit + lane), ref Unsafe.Add(ref init, lane), InitStride, ref sum, Tiles.Stride, Rows);
                }
            }

            weights = ref Unsafe.Add(ref weights, (nint)Tiles.Depth * size * V.Width * TWeight.Bytes);
        }
    }
}
