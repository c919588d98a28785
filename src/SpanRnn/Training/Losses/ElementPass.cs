using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>The rows of an element-wise loss.</summary>
internal ref struct ElementPass<TLoss> : ILossPass where TLoss : struct, IElementLoss
{
    private RowLosses _losses;

    public TLoss Rule;
    public ReadOnlySpan<float> Outputs, Targets, RowMask, ElementMask;

    /// <summary>Empty where only the loss is asked for.</summary>
    public Span<float> Gradients;
    public RowShape Shape;
    public float Scale;

    public RowLosses Losses
    {
        readonly get => _losses;
        set => _losses = value;
    }

    public void Run<V>() where V : struct, ILanes<V>
    {
        for (int row = _losses.First; row < _losses.End; row++)
        {
            Span<float> gradients = Gradients.IsEmpty ? [] : Shape.PaddedRow(Gradients, row);
            if (!RowMask.IsEmpty && !(RowMask[row] > 0))
            {
                gradients.Clear();
                _losses.Add(row, 0);
                continue;
            }

            var term = new ElementTerm<TLoss>
            {
                Rule = Rule,
                Output = ref MemoryMarshal.GetReference(Outputs[(row * Shape.Stride)..]),
                Target = ref MemoryMarshal.GetReference(Targets[(row * Shape.TargetStride)..]),
                Mask = ref MemoryMarshal.GetReference(ElementMask.IsEmpty ? [] : ElementMask[(row * Shape.TargetStride)..]),
                Gradient = ref MemoryMarshal.GetReference(gradients),
                HasMask = !ElementMask.IsEmpty,
                WritesGradients = !gradients.IsEmpty,
                Scale = Scale,
            };
            _losses.Add(row, FixedOrder.Sum<V, ElementTerm<TLoss>>(ref term, Shape.Columns));
            if (!gradients.IsEmpty)
            {
                gradients[Shape.Columns..].Clear();
            }
        }
    }
}
