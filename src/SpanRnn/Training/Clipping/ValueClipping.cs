using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;
using SpanRnn.Parameters;

namespace SpanRnn.Training.Clipping;

/// <summary>Clipping of each gradient to [-maximum, maximum], torch.nn.utils.clip_grad_value_. NaN stays NaN.</summary>
public sealed class ValueClipping
{
    /// <summary>Clipping at that value.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximum"/> is NaN, 0, negative or infinite.</exception>
    public ValueClipping(float maximum) => Maximum = maximum > 0 && float.IsFinite(maximum)
        ? maximum
        : throw new ArgumentOutOfRangeException(nameof(maximum), maximum, "Expected a positive finite number.");

    /// <summary>The largest magnitude.</summary>
    public float Maximum { get; }

    internal Isa Isa { get; init; } = Isa.Best;

    /// <summary>Clips in place, in one pass, such that gradients times <paramref name="gradientScale"/> stay within the maximum.</summary>
    /// <param name="gradients">Read and written; they are not scaled.</param>
    /// <param name="gradientScale">What the optimizer will multiply them by.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gradientScale"/> is NaN, 0, negative or infinite.</exception>
    /// <exception cref="ObjectDisposedException">The arena went back to the pool.</exception>
    public void Clip(ParameterSet gradients, float gradientScale = 1f)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (!(gradientScale > 0) || !float.IsFinite(gradientScale))
        {
            throw new ArgumentOutOfRangeException(nameof(gradientScale), gradientScale, "Expected a positive finite number.");
        }

        var pass = new ClipPass
        {
            Gradient = ref MemoryMarshal.GetReference(gradients.All),
            Length = gradients.All.Length,
            Limit = Maximum / gradientScale,
        };
        Isa.Run(ref pass);
    }

    private ref struct ClipPass : IKernel
    {
        public ref float Gradient;
        public nint Length;
        public float Limit;

        public readonly void Run<V>() where V : struct, ILanes<V>
        {
            V high = V.Of(Limit), low = V.Of(-Limit);
            for (nint i = 0; i < Length; i += V.Width)
            {
                ref float at = ref Unsafe.Add(ref Gradient, i);
                V.Max(low, V.Min(high, V.Load(in at))).Store(ref at); // the order of the arguments lets NaN through
            }
        }
    }
}
