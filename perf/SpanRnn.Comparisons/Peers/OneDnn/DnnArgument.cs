using System.Runtime.InteropServices;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>A memory in an argument's place, as oneDNN's C API lays it out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct DnnArgument(DnnSlot slot, DnnMemory memory)
{
    private readonly DnnSlot _slot = slot;
    private readonly void* _memory = memory.Handle;
}
