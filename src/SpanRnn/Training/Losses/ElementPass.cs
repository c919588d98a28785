using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Training.Losses;

/// <summary>The rows of an element-wise loss.</summary>
internal ref struct ElementPass<TLoss> : IKernel where TLoss : struct, IElementLoss
{
    public TLoss Rule;
    public ReadOnlySpan<float> Outputs, Targets, RowMask, ElementMask;

    /// <summary>Empty where only the loss is asked for.</summary>
    public Span<float> Gradients;
    public RowShape Shape;
    public float Scale;
    public double Total;

    public void Run<V>() where V : struct, ILanes<V>
    {
        for (int row = 0; row < Shape.Rows; row++)
        {
            Span<float> gradients = Gradients.IsEmpty ? [] : Shape.PaddedRow(Gradients, row);
            if (!RowMask.IsEmpty && !(RowMask[row] > 0))
            {
                gradients.Clear();
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
            Total += FixedOrder.Sum<V, ElementTerm<TLoss>>(ref term, Shape.Columns);
            if (!gradients.IsEmpty)
            {
                gradients[Shape.Columns..].Clear();
            }
        }
    }
}
