using System.Numerics.Tensors;
using SpanRnn.Interchange.Readers;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Interchange.Keras;

/// <summary>A recurrent layer that behaves as Keras's: its arguments, its array layouts (batch before time), its masks and its states.</summary>
/// <remarks>
/// <para>The arithmetic is the engine's. A masked step carries the state; so the valid steps of each sequence are gathered, run as a shorter
/// sequence, and spread again.</para>
/// <para>A call allocates its results. Where that matters, use <see cref="Recurrent"/>, or an <see cref="ImportedModel"/>.</para>
/// </remarks>
public sealed class KerasLayer : IDisposable
{
    private readonly KerasDirection[] _directions;

    /// <summary>A layer with zero weights.</summary>
    /// <exception cref="ArgumentException">A size is not positive, or the engine has no such activation.</exception>
    public KerasLayer(KerasLayerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        // Bidirectional's second layer goes the other way than its first.
        _directions = [.. Enumerable.Range(0, options.Directions).Select(d => new KerasDirection(options, options.GoBackwards ^ (d == 1)))];
    }

    /// <summary>The arguments.</summary>
    public KerasLayerOptions Options { get; }

    /// <summary>Numbers of a step's output.</summary>
    public int OutputSize => Options is { Bidirectional: true, Merge: MergeMode.Concat } ? 2 * Options.Units : Options.Units;

    /// <summary>Sets the weights of a direction, in Keras's layouts; gates i f c o or z r h.</summary>
    /// <param name="direction">0, or 1 for Bidirectional's backward layer.</param>
    /// <param name="kernel">[I, gates x units].</param>
    /// <param name="recurrentKernel">[units, gates x units].</param>
    /// <param name="bias">[gates x units], of a GRU that resets after the product [2, 3 x units]; empty without bias.</param>
    /// <exception cref="ArgumentException">An array has another length.</exception>
    public void SetWeights(int direction, float[] kernel, float[] recurrentKernel, float[] bias)
    {
        Recurrent recurrent = _directions[direction].Recurrent;
        int columns = GateCause.GatesOf(Options.Cell) * Options.Units;
        bool hasTwo = Options.Cell == CellKind.Gru;
        Checks.Length("kernel", kernel.Length, (long)Options.InputSize * columns, $"[{Options.InputSize}, {columns}]");
        Checks.Length("recurrentKernel", recurrentKernel.Length, (long)Options.Units * columns, $"[{Options.Units}, {columns}]");
        Checks.Length("bias", bias.Length, Options.UseBias ? (hasTwo ? 2L : 1L) * columns : 0, hasTwo ? "[2, gates x units]" : "[gates x units]");
        WeightArray Of(string name, float[] values, params int[] shape) => new("Keras layer", name, shape, values);
        KerasLayout.Fill(
            recurrent, "_l0", Of("kernel", kernel, Options.InputSize, columns), Of("recurrent_kernel", recurrentKernel, Options.Units, columns),
            !Options.UseBias ? null : hasTwo ? Of("bias", bias, 2, columns) : Of("bias", bias, columns));
        recurrent.Pack();
    }

    /// <summary>Sets all weights of both directions to constants; an LSTM's forget bias to 1 with <see cref="KerasLayerOptions.UnitForgetBias"/>.</summary>
    public void Initialize(float kernel, float recurrentKernel, float bias)
    {
        foreach (KerasDirection direction in _directions)
        {
            ParameterSet weights = direction.Recurrent.Weights;
            foreach (ParameterInfo tensor in weights.Layout.Tensors)
            {
                TensorView view = weights[tensor.Name];
                float value = tensor.Name.StartsWith("weight_ih", StringComparison.Ordinal) ? kernel
                    : tensor.Name.StartsWith("weight_hh", StringComparison.Ordinal) ? recurrentKernel : bias;
                for (int row = 0; row < view.Rows; row++)
                {
                    view.Row(row).Fill(value);
                }
            }

            if (Options is { Kind: KerasKind.Lstm, UseBias: true, UnitForgetBias: true })
            {
                weights["bias_ih_l0"].Row(0).Slice(Options.Units, Options.Units).Fill(1f); // i f g o
            }

            direction.Recurrent.Pack();
        }
    }

    /// <summary>Forgets the states of a stateful layer: the next call starts from zeros.</summary>
    public void ResetStates()
    {
        foreach (KerasDirection direction in _directions)
        {
            direction.ResetStates();
        }
    }

    /// <summary>Runs N sequences of T steps.</summary>
    /// <param name="batch">N.</param>
    /// <param name="steps">T.</param>
    /// <param name="x">Inputs, [N, T, I].</param>
    /// <param name="mask">Which steps are valid, in any pattern, [N, T]; empty for all.</param>
    /// <param name="initialStates">
    /// As Keras's <c>initial_state</c>: h, or h and c of an LSTM, the forward layer's before the backward layer's, [N, units] each; empty for
    /// those that the last call of a stateful layer ended with, else zeros.
    /// </param>
    /// <exception cref="ArgumentException">An array has another length, or a stateful layer is called with another number of sequences.</exception>
    /// <exception cref="ObjectDisposedException">The layer was disposed.</exception>
    public KerasOutput Call(int batch, int steps, ReadOnlySpan<float> x, ReadOnlySpan<bool> mask = default, IReadOnlyList<float[]>? initialStates = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        Checks.Length("x", x.Length, (long)batch * steps * Options.InputSize, $"[N {batch}, T {steps}, I {Options.InputSize}]");
        if (!mask.IsEmpty && mask.Length != (long)batch * steps)
        {
            throw new ArgumentException($"mask: expected {(long)batch * steps} truth values [N {batch}, T {steps}], found {mask.Length}.");
        }

        float[][] initial = CheckStates(batch, initialStates ?? []);
        int each = Options.StatesOfDirection, length = batch * (Options.ReturnSequences ? steps : 1) * Options.Units;
        float[][] outputs = [.. _directions.Select(_ => new float[length])];
        for (int d = 0; d < _directions.Length; d++)
        {
            ReadOnlySpan<float[]> own = initial.Length == 0 ? [] : initial.AsSpan(d * each, each);
            _directions[d].Run(batch, steps, x, mask, own, outputs[d]);
        }

        if (Options is { Bidirectional: true, ReturnSequences: true })
        {
            Flip(outputs[1], batch, steps);
        }

        bool isMerged = Options is { Bidirectional: true, Merge: not null };
        return new()
        {
            Output = isMerged ? Merge(Options.Merge!.Value, outputs[0], outputs[1]) : outputs[0],
            BackwardOutput = Options is { Bidirectional: true, Merge: null } ? outputs[1] : null,
            States = [.. _directions.SelectMany(direction => direction.States())],
        };
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        foreach (KerasDirection direction in _directions)
        {
            direction.Dispose();
        }
    }

    private float[][] CheckStates(int batch, IReadOnlyList<float[]> states)
    {
        int expected = Options.Directions * Options.StatesOfDirection;
        if (states.Count != 0 && states.Count != expected)
        {
            throw new ArgumentException($"initialStates: expected {expected} of them, found {states.Count}.");
        }

        foreach (float[] state in states)
        {
            Checks.Length("initialStates", state.Length, (long)batch * Options.Units, $"[N {batch}, units {Options.Units}]");
        }

        return [.. states];
    }

    /// <summary>Reverses time, in place.</summary>
    private void Flip(float[] output, int batch, int steps)
    {
        int units = Options.Units;
        float[] row = new float[units];
        for (int n = 0; n < batch; n++)
        {
            for (int t = 0; t < steps / 2; t++)
            {
                Span<float> early = output.AsSpan((n * steps + t) * units, units), late = output.AsSpan((n * steps + steps - 1 - t) * units, units);
                early.CopyTo(row);
                late.CopyTo(early);
                row.CopyTo(late);
            }
        }
    }

    private float[] Merge(MergeMode mode, float[] forward, float[] backward)
    {
        int units = Options.Units;
        float[] merged = new float[mode == MergeMode.Concat ? 2 * forward.Length : forward.Length];
        switch (mode)
        {
            case MergeMode.Concat:
                for (int row = 0; row < forward.Length / units; row++)
                {
                    forward.AsSpan(row * units, units).CopyTo(merged.AsSpan(2 * row * units));
                    backward.AsSpan(row * units, units).CopyTo(merged.AsSpan((2 * row + 1) * units));
                }

                break;
            case MergeMode.Multiply: TensorPrimitives.Multiply(forward, backward, merged); break;
            default: TensorPrimitives.Add(forward, backward, merged); break;
        }

        if (mode == MergeMode.Average)
        {
            TensorPrimitives.Multiply(merged, 0.5f, merged);
        }

        return merged;
    }
}
