using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Streaming;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>One stream through a stack of layers, a step at a time.</summary>
/// <inheritdoc/>
public sealed class RecurrentSession : StreamSession
{
    private FrozenRecurrent _weights;

    internal RecurrentSession(FrozenRecurrent weights, WorkerTeam? team) : base(weights.Stack, team) => _weights = weights;

    /// <summary>The weights that the next step uses.</summary>
    public FrozenRecurrent Weights => Volatile.Read(ref _weights);

    private protected override StreamStack Stack => Weights.Stack;

    /// <summary>Goes on with other weights from the next step on. Any thread may call it at any time: a step uses either the old ones or the new.</summary>
    /// <exception cref="ArgumentException">The weights are of layers of other sizes; the old ones stay.</exception>
    public void Use(FrozenRecurrent weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        FrozenChecks.SameShape(_weights.Stack, weights.Stack);
        Volatile.Write(ref _weights, weights);
    }

    /// <summary>One step: h[t] of the last layer from x[t] and the state.</summary>
    /// <param name="x">I numbers.</param>
    /// <param name="y">Gets S numbers, the last layer's hidden state; empty if not wanted. May be x.</param>
    /// <exception cref="ArgumentException">A span has the wrong length; the state is untouched.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        FrozenRecurrent weights = Weights;
        Checks.Length("x", x.Length, weights.InputSize, "one step");
        Checks.LengthOrEmpty("y", y.Length, weights.OutputSize, "one step");
        ref float h = ref State.Step(weights.Stack, ref MemoryMarshal.GetReference(x));
        Rows.CopyShort(ref h, y);
    }

    /// <summary>As many steps as x holds, one after the other.</summary>
    /// <param name="x">[T, I].</param>
    /// <param name="y">Gets [T, S]; empty if not wanted. May be x where I = S, but not overlap it otherwise.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or they overlap; the state is untouched.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Run(ReadOnlySpan<float> x, Span<float> y)
    {
        (int inputs, int outputs) = (Weights.InputSize, Weights.OutputSize);
        int steps = FrozenChecks.Steps("x", x, inputs, "y", y, outputs);
        for (int t = 0; t < steps; t++)
        {
            Step(x.Slice(t * inputs, inputs), y.IsEmpty ? y : y.Slice(t * outputs, outputs));
        }
    }
}
