using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Interchange.Running;

/// <summary>A causal convolution over packed rows: the K steps of each row are laid side by side, then multiplied at once.</summary>
internal sealed class ConvolutionRun : StageRun
{
    private readonly ConvolutionStage _stage;
    private readonly StagePlan _plan;
    private readonly Slab _windows, _rows;
    private readonly int _windowStride, _stride;

    public ConvolutionRun(ConvolutionStage stage, StagePlan plan)
    {
        (_stage, _plan) = (stage, plan);
        _windowStride = Block.Pad(stage.Size * stage.InputSize);
        _stride = Block.Pad(stage.OutputSize);
        _windows = Slab.Rent((long)plan.MaxRows * _windowStride);
        _rows = Slab.Rent((long)plan.MaxRows * _stride);
    }

    public override RowView Run(scoped in StageFlow flow, RowView x)
    {
        Timeline timeline = flow.Timeline;
        var windows = new RowView(ref _windows.Origin, x.Count, _windowStride);
        var y = new RowView(ref _rows.Origin, x.Count, _stride);
        int size = _stage.InputSize;
        for (int t = 0; t < timeline.Longest; t++)
        {
            for (int k = 0; k < _stage.Size; k++)
            {
                // The sequences that still run at t ran at every step before, in the same places.
                long from = t - (long)(_stage.Size - 1 - k) * _stage.Dilation;
                for (int b = 0; b < timeline.Active(t); b++)
                {
                    Span<float> to = windows[timeline.Offset(t) + b, _windowStride].Slice(k * size, size);
                    if (from < 0)
                    {
                        to.Clear();
                    }
                    else
                    {
                        x[timeline.Offset((int)from) + b, size].CopyTo(to);
                    }
                }
            }
        }

        if (x.Count > 0)
        {
            _stage.Dense.Forward(_plan.Isa, windows, y);
        }

        return y;
    }

    public override void Dispose()
    {
        _windows.Dispose();
        _rows.Dispose();
    }
}
