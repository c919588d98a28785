using SpanRnn.Memory;

namespace SpanRnn.Parameters;

/// <summary>An arena of named tensors: the weights of a model, or their gradients, or an optimizer's moments.</summary>
public sealed class ParameterSet : IDisposable
{
    private readonly Slab _slab;

    /// <param name="layout">Names, shapes and places.</param>
    /// <param name="isUntouched">Whether some of it may never be written: see <see cref="Slab.RentUntouched"/>.</param>
    internal ParameterSet(ParameterLayout layout, bool isUntouched = false)
    {
        Layout = layout;
        _slab = isUntouched ? Slab.RentUntouched(layout.Length) : Slab.Rent(layout.Length);
    }

    /// <summary>Names, shapes and places.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of that name.</exception>
    /// <exception cref="ObjectDisposedException">The memory went back to the pool.</exception>
    public TensorView this[string name] => this[Layout.IndexOf(name)];

    /// <summary>The tensor at that index of <see cref="ParameterLayout.Tensors"/>.</summary>
    /// <exception cref="ObjectDisposedException">The memory went back to the pool.</exception>
    public TensorView this[int index]
    {
        get
        {
            ParameterInfo info = Layout.Tensors[index];
            return new TensorView(info, _slab.Span.Slice(info.Offset, info.Rows * info.Stride));
        }
    }

    /// <summary>Every float of the arena, padding (always zero) included.</summary>
    internal Span<float> All => _slab.Span;

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose() => _slab.Dispose();
}
