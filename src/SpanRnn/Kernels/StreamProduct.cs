using System.Runtime.CompilerServices;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>y = b + W x for one x: a dense head's or a projection's step.</summary>
internal ref struct StreamProduct<TWeight> : IKernel where TWeight : struct, IWeight
{
    public StreamPanel<TWeight> Panel;

    /// <summary>One number for each output, padded to blocks of 16.</summary>
    public ref float Bias, Y;

    /// <summary>Which part of the groups is done, of how many.</summary>
    public int Part, Parts;

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        int groups = StreamGroups.Count(Panel.Blocks, 1);
        for (int group = groups * Part / Parts; group < groups * (Part + 1) / Parts; group++)
        {
            int block = StreamGroups.First(group, Panel.Blocks, 1), unit = block * V.Width;
            Panel.Sum<V>(block, ref Unsafe.Add(ref Bias, unit), ref Unsafe.Add(ref Y, unit));
        }
    }
}
