using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Running;

/// <summary>A causal convolution with the past of one stream: a ring of the last (K - 1) D + 1 inputs.</summary>
internal sealed class ConvolutionStep : StageStep
{
    private readonly ConvolutionStage _stage;
    private readonly DenseStep _dense;
    private readonly Slab _ring, _window;
    private readonly int _places;
    private int _next;

    public ConvolutionStep(ConvolutionStage stage, WeightFormat format, Isa isa)
    {
        (_stage, _dense) = (stage, new DenseStep(stage.Dense, format, isa));
        _places = (stage.Size - 1) * stage.Dilation + 1;
        _ring = Slab.Rent((long)_places * stage.InputSize);
        _window = Slab.Rent(Block.Pad(stage.Size * stage.InputSize));
    }

    public override long WeightBytes => _dense.WeightBytes;

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
        return ref _dense.Step(ref _window.Origin, ref input);
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
        _dense.Dispose();
    }

    private Span<float> Place(int index) =>
        _ring.Span.Slice((index % _places + _places) % _places * _stage.InputSize, _stage.InputSize);
}
