using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SpanRnn.Layers;

/// <summary>Runs whose hidden states go elsewhere than to the tape.</summary>
internal sealed partial class RecurrentLayer<TCell>
{
    [Conditional("DEBUG")]
    private void Check(LayerTape tape, OutputRows output)
    {
        Debug.Assert(output.IsEmpty || !tape.IsForTraining, "The way back reads hidden states in the tape.");
        Debug.Assert(output.IsEmpty || !HasProjection || output.Rows.Stride == _s, "Projected states have no gaps between rows.");
    }

    /// <summary>The final states are looked for in the tape.</summary>
    private void KeepFinalStates(Timeline timeline, LayerTape tape, OutputRows output)
    {
        if (output.IsEmpty)
        {
            return;
        }

        var hidden = new HiddenRows(tape, timeline, _s, output);
        for (int b = 0; b < timeline.Batch; b++)
        {
            int steps = timeline.Length(b); // without any the final state is the initial one
            if (steps > 0)
            {
                MemoryMarshal.CreateSpan(ref hidden.After(steps - 1, b), _s).CopyTo(MemoryMarshal.CreateSpan(ref At(ref tape.H, timeline.FinalState(b), _s), _s));
            }
        }
    }
}
