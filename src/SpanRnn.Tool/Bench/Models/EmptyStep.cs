using System.Runtime.CompilerServices;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>A step that does nothing: what measuring costs, and what the machine does to any loop.</summary>
internal sealed class EmptyStep : Stepped
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step()
    {
    }
}
