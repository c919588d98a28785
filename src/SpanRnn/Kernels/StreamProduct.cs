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

    [MethodImpl(Hot.Loop)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int group = Panel.First; group < Panel.End; group++)
        {
            int block = StreamGroups.First(group, Panel.Blocks, StreamGroups.Plain), unit = block * V.Width;
            Panel.Sum<V>(block, ref Unsafe.Add(ref Bias, unit), ref Unsafe.Add(ref Y, unit));
        }
    }
}
