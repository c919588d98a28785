using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>Sums += da c over rows, unit by unit: the gradient of one gate's peepholes at one step.</summary>
internal ref struct PeepholeGradient : IKernel
{
    /// <summary>The gate's slot in the first row of da; the first row of c; a sum for each unit.</summary>
    public ref float DA, C, Sums;

    public int Slots, Rows, Units;

    /// <summary>Floats between rows of da.</summary>
    public int DAStride;

    /// <summary>Floats between rows of c: the units of all of them, of which some are summed.</summary>
    public int Stride;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int unit = 0; unit < Units; unit += V.Width)
        {
            ref float da = ref Unsafe.Add(ref DA, unit / Block.Size * Slots * Block.Size + unit % Block.Size);
            ref float c = ref Unsafe.Add(ref C, unit);
            V sum = V.Load(in Unsafe.Add(ref Sums, unit));
            for (int row = Rows; row > 0; row--)
            {
                V.AddProduct(ref sum, V.Load(in da), in c);
                da = ref Unsafe.Add(ref da, DAStride);
                c = ref Unsafe.Add(ref c, Stride);
            }

            sum.Store(ref Unsafe.Add(ref Sums, unit));
        }
    }
}
