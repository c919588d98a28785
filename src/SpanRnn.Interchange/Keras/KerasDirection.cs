using SpanRnn.Layers;

namespace SpanRnn.Interchange.Keras;

/// <summary>One direction of a Keras layer. Masked steps are left out before the engine runs, and their outputs are filled in after.</summary>
internal sealed class KerasDirection(KerasLayerOptions options, bool goBackwards) : IDisposable
{
    private RecurrentTape? _tape;
    private float[] _x = [], _y = [], _h = [], _c = [];
    private int[] _lengths = [];
    private int _batch;

    public Recurrent Recurrent { get; } = new(options.Recurrent);

    /// <summary>Forgets the states of earlier calls.</summary>
    public void ResetStates() => _batch = 0;

    /// <summary>Runs N sequences of T steps; <paramref name="output"/> gets all outputs in the order of processing, or the last.</summary>
    /// <param name="batch">N.</param>
    /// <param name="steps">T.</param>
    /// <param name="x">[N, T, I].</param>
    /// <param name="mask">[N, T]; empty for none.</param>
    /// <param name="initial">h, and an LSTM's c, [N, units] each; empty for those of the last call of a stateful layer, else zeros.</param>
    /// <param name="output">[N, T, units] or [N, units].</param>
    public void Run(int batch, int steps, ReadOnlySpan<float> x, ReadOnlySpan<bool> mask, ReadOnlySpan<float[]> initial, float[] output)
    {
        int units = options.Units;
        Prepare(batch, steps, initial);
        Gather(batch, steps, x, mask);
        Recurrent.Forward(_tape!, steps, batch, _lengths, _x, _h, _c, _y, _h, _c);
        for (int n = 0; n < batch; n++)
        {
            if (options.ReturnSequences)
            {
                Spread(n, batch, steps, mask, output);
            }
            else if (_lengths[n] > 0)
            {
                Row(_lengths[n] - 1, n, batch).CopyTo(output.AsSpan(n * units));
            }
        }
    }

    /// <summary>The states after the last call.</summary>
    public IEnumerable<float[]> States() => options.StatesOfDirection == 2 ? [[.. _h], [.. _c]] : [[.. _h]];

    public void Dispose()
    {
        _tape?.Dispose();
        Recurrent.Dispose();
    }

    private void Prepare(int batch, int steps, ReadOnlySpan<float[]> initial)
    {
        bool goesOn = options.Stateful && initial.IsEmpty && _batch > 0;
        if (goesOn && _batch != batch)
        {
            throw new ArgumentException($"batch: a stateful layer was called with {_batch} sequences before, now with {batch}; reset its states first.");
        }

        if (!goesOn)
        {
            _h = initial.IsEmpty ? new float[batch * options.Units] : [.. initial[0]];
            _c = options.StatesOfDirection == 1 ? [] : initial.IsEmpty ? new float[batch * options.Units] : [.. initial[1]];
        }

        _batch = batch;
        if (_tape is null || _tape.MaxSteps < steps || _tape.MaxBatch < batch)
        {
            (int maxSteps, int maxBatch) = (Math.Max(steps, _tape?.MaxSteps ?? 0), Math.Max(batch, _tape?.MaxBatch ?? 0));
            _tape?.Dispose();
            _tape = Recurrent.Plan(maxSteps, maxBatch, training: false);
        }

        _lengths = new int[batch];
        _x = new float[batch * steps * options.InputSize];
        _y = new float[batch * steps * options.Units];
    }

    /// <summary>The valid steps of each sequence, in the order of processing, from the start on: [T, N, I].</summary>
    private void Gather(int batch, int steps, ReadOnlySpan<float> x, ReadOnlySpan<bool> mask)
    {
        int size = options.InputSize;
        for (int n = 0; n < batch; n++)
        {
            for (int s = 0; s < steps; s++)
            {
                int at = n * steps + Time(s, steps);
                if (mask.IsEmpty || mask[at])
                {
                    x.Slice(at * size, size).CopyTo(_x.AsSpan((_lengths[n]++ * batch + n) * size));
                }
            }
        }
    }

    /// <summary>Outputs in the order of processing; a masked step repeats the last one, zeros before the first, or is zero.</summary>
    private void Spread(int n, int batch, int steps, ReadOnlySpan<bool> mask, float[] output)
    {
        for (int s = 0, done = 0; s < steps; s++)
        {
            bool isValid = mask.IsEmpty || mask[n * steps + Time(s, steps)];
            done += isValid ? 1 : 0;
            if (done > 0 && (isValid || !options.ZeroOutputForMask))
            {
                Row(done - 1, n, batch).CopyTo(output.AsSpan((n * steps + s) * options.Units));
            }
        }
    }

    private int Time(int step, int steps) => goBackwards ? steps - 1 - step : step;

    private ReadOnlySpan<float> Row(int step, int n, int batch) => _y.AsSpan((step * batch + n) * options.Units, options.Units);
}
