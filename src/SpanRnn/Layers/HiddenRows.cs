using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SpanRnn.Layers;

/// <summary>
/// A layer's hidden states by step and sequence: the initial ones in its tape, and after them those of all steps, there or, of inference, right where they are
/// wanted.
/// </summary>
/// <param name="tape">The layer's.</param>
/// <param name="timeline">Its rows.</param>
/// <param name="stride">Floats from one row of the tape to the next.</param>
/// <param name="output">Where the states after each step go; empty for the tape.</param>
internal readonly ref struct HiddenRows(LayerTape tape, Timeline timeline, int stride, OutputRows output)
{
    private readonly ref float _initial = ref tape.H;

    private readonly ref float _steps = ref output.IsEmpty ? ref Unsafe.Add(ref tape.H, (nint)timeline.Batch * stride) : ref output.Rows.Origin;

    private readonly bool _isMirrored = output.IsMirrored;

    /// <summary>Floats from one row of the states after a step to the next.</summary>
    public int StrideAfter { get; } = output.IsEmpty ? stride : output.Rows.Stride;

    /// <summary>Floats from one row of the states before step t to the next.</summary>
    public int StrideBefore(int t) => t == 0 ? stride : StrideAfter;

    /// <summary>The state of a sequence, by its sorted place, before step t.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Before(int t, int sequence) => ref t == 0 ? ref Unsafe.Add(ref _initial, (nint)sequence * stride) : ref After(t - 1, sequence);

    /// <summary>The state after step t.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float After(int t, int sequence)
    {
        Debug.Assert(!_isMirrored || timeline.IsDense, "Only sequences of one length have their steps mirrored alike.");
        int row = timeline.Offset(_isMirrored ? timeline.Longest - 1 - t : t) + sequence;
        return ref Unsafe.Add(ref _steps, (nint)row * StrideAfter);
    }
}
