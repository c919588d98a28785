using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Interchange.Running;

/// <summary>An activation made ready for rows of one size.</summary>
internal sealed class ActivationRows : IDisposable
{
    private readonly StageActivation _activation;
    private readonly int _size;
    private readonly Slab? _slopes;

    /// <exception cref="ArgumentException">A prelu has neither one slope nor one for each number.</exception>
    public ActivationRows(StageActivation activation, int size)
    {
        ArgumentNullException.ThrowIfNull(activation);
        (_activation, _size) = (activation, size);
        if (activation.Function == ActivationFunction.PRelu)
        {
            ReadOnlySpan<float> slopes = activation.Slopes.Span;
            if (slopes.Length != 1 && slopes.Length != size)
            {
                throw new ArgumentException($"prelu: expected 1 slope, or {size}, one for each feature; found {slopes.Length}.");
            }

            _slopes = Slab.Rent(Block.Pad(size));
            if (slopes.Length == 1)
            {
                _slopes.Span[..size].Fill(slopes[0]);
            }
            else
            {
                slopes.CopyTo(_slopes.Span);
            }
        }
    }

    /// <summary>Rows of whole blocks; y may be x.</summary>
    public void Apply(Isa isa, RowView x, RowView y)
    {
        if (_activation.Function == ActivationFunction.Identity)
        {
            if (!System.Runtime.CompilerServices.Unsafe.AreSame(ref x.Origin, ref y.Origin))
            {
                Rows.Copy(ref x.Origin, x.Stride, x.Count, ref y.Origin, y.Stride, _size);
            }
        }
        else if (_activation.IsElementwise)
        {
            ApplyElementwise(isa, x, y);
        }
        else
        {
            ApplySoftmax(isa, x, y);
        }
    }

    public void Dispose() => _slopes?.Dispose();

    private void ApplyElementwise(Isa isa, RowView x, RowView y)
    {
        var pass = new ActivationPass
        {
            Function = _activation.Function,
            Alpha = _activation.Alpha,
            Beta = _activation.Beta,
            X = ref x.Origin,
            Y = ref y.Origin,
            XStride = x.Stride,
            YStride = y.Stride,
            Rows = x.Count,
            Length = Block.Pad(_size),
        };
        if (_slopes is not null)
        {
            pass.Slopes = ref _slopes.Origin;
        }

        isa.Run(ref pass);
    }

    private void ApplySoftmax(Isa isa, RowView x, RowView y)
    {
        var pass = new SoftmaxRowsPass
        {
            X = ref x.Origin,
            Y = ref y.Origin,
            XStride = x.Stride,
            YStride = y.Stride,
            Rows = x.Count,
            Size = _size,
            Logarithm = _activation.Function == ActivationFunction.LogSoftmax,
        };
        isa.Run(ref pass);
    }
}
