using System.Runtime.CompilerServices;

namespace SpanRnn.Layers;

/// <summary>
/// A layer's hidden states by their rows: the initial ones in its tape, and after them those of all steps, there or, of a last layer, right where the caller
/// wants its output.
/// </summary>
/// <param name="tape">The layer's.</param>
/// <param name="batch">Rows of initial states.</param>
/// <param name="stride">Floats from one row to the next.</param>
/// <param name="output">Where the states after each step go; empty for the tape.</param>
internal readonly ref struct HiddenRows(LayerTape tape, int batch, int stride, RowView output)
{
    private readonly ref float _initial = ref tape.H;

    private readonly ref float _steps = ref output.IsEmpty ? ref Unsafe.Add(ref tape.H, (nint)batch * stride) : ref output.Origin;

    public ref float this[int row] => ref Unsafe.Add(ref row < batch ? ref _initial : ref _steps, (nint)(row < batch ? row : row - batch) * stride);
}
