using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Interchange.Running;

/// <summary>A causal convolution with the past of one stream: a ring of the last (K - 1) D + 1 inputs.</summary>
internal sealed class ConvolutionStep : StageStep
{
    private readonly ConvolutionStage _stage;
    private readonly Isa _isa;
    private readonly Slab _ring, _window, _row;
    private readonly int _places;
    private int _next;

    public ConvolutionStep(ConvolutionStage stage, Isa isa)
    {
        (_stage, _isa) = (stage, isa);
        _places = (stage.Size - 1) * stage.Dilation + 1;
        _ring = Slab.Rent((long)_places * stage.InputSize);
        _window = Slab.Rent(Block.Pad(stage.Size * stage.InputSize));
        _row = Slab.Rent(Block.Pad(stage.OutputSize));
    }

    /// <summary>The inputs before this step, oldest first.</summary>
    public override int StateSize => (_places - 1) * _stage.InputSize;

    public override ref float Step(ref float x, ref float input)
    {
        int size = _stage.InputSize;
        Rows.Row(ref x, 0, 0, size).CopyTo(Place(_next));
        for (int k = 0; k < _stage.Size; k++)
        {
            Place(_next - (_stage.Size - 1 - k) * _stage.Dilation).CopyTo(_window.Span.Slice(k * size, size));
        }

        _next = (_next + 1) % _places;
        _stage.Dense.Forward(_isa, new RowView(ref _window.Origin, 1, _window.Length), new RowView(ref _row.Origin, 1, _row.Length));
        return ref _row.Origin;
    }

    public override void Reset() => _ring.Span.Clear();

    public override void CopyState(Span<float> state, bool write)
    {
        int size = _stage.InputSize;
        for (int age = 0; age < _places - 1; age++)
        {
            Span<float> own = Place(_next + 1 + age), user = state.Slice(age * size, size);
            if (write)
            {
                user.CopyTo(own);
            }
            else
            {
                own.CopyTo(user);
            }
        }
    }

    public override void Dispose()
    {
        _ring.Dispose();
        _window.Dispose();
        _row.Dispose();
    }

    private Span<float> Place(int index) =>
        _ring.Span.Slice((index % _places + _places) % _places * _stage.InputSize, _stage.InputSize);
}
