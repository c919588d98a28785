using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>d loss / d h[t] and d loss / d c[t] at every step t, for a loss that looks at the last state h[T] alone.</summary>
/// <remarks>
/// <para>Back-propagation through time, a step at a time: a step runs again from the state before it, which gives the same bits, and its
/// backward turns the gradients of its final states into those of its initial ones. Two forward steps and one backward step for each t,
/// so O(T) in all, exact to float32.</para>
/// <para>A backward step is linear in those gradients. So each sequence's are divided by a power of two, which loses no bit, and the
/// power is remembered: nothing underflows after a thousand vanishing steps, nothing overflows after a thousand exploding ones.</para>
/// </remarks>
internal sealed class StateGradients : IDisposable
{
    private readonly Recurrent _layer;
    private readonly RecurrentTape _tape;
    private readonly ParameterSet _unused;
    private readonly float[][] _h, _c;
    private readonly int _steps, _batch;

    /// <summary>Takes the memory.</summary>
    /// <param name="layer">One layer, one direction; not disposed with this.</param>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <exception cref="ArgumentException">There is more than a layer or a direction.</exception>
    public StateGradients(Recurrent layer, int steps, int batch)
    {
        if (layer.Options.HiddenSizes.Count != 1 || layer.Options.Bidirectional)
        {
            throw new ArgumentException(
                $"Expected one layer in one direction, found {layer.Options.HiddenSizes.Count} in {layer.Options.Directions}.", nameof(layer));
        }

        (_layer, _steps, _batch) = (layer, steps, batch);
        _tape = layer.Plan(1, batch);
        _unused = layer.CreateGradients();
        _h = Room(layer.HiddenStateSize);
        _c = Room(layer.CellStateSize);
    }

    /// <summary>After a run: states h [B, S] at t = 0 to T; the first are zeros.</summary>
    public IReadOnlyList<float[]> Hidden => _h;

    /// <summary>After a run: cell states [B, H] at t = 0 to T; the first are zeros.</summary>
    public IReadOnlyList<float[]> Cell => _c;

    /// <summary>The base-10 logarithms of the norms of the gradients, a row for each t = 0 to T, a column for each sequence.</summary>
    /// <param name="x">Inputs, [T, B, I].</param>
    /// <param name="last">d loss / d h[T], [B, S].</param>
    /// <param name="stop">Looked at before every step.</param>
    /// <exception cref="OperationCanceledException">It was to stop.</exception>
    public StateNorms Run(ReadOnlySpan<float> x, ReadOnlySpan<float> last, CancellationToken stop = default)
    {
        for (int t = 0; t < _steps; t++)
        {
            stop.ThrowIfCancellationRequested();
            Step(x, t, _h[t + 1], _c[t + 1]);
        }

        float[] dh = last.ToArray(), dc = new float[_c[0].Length], previousH = new float[dh.Length], previousC = new float[dc.Length];
        var powers = new long[_batch];
        var norms = new StateNorms(new double[_steps + 1][], new double[_steps + 1][]);
        for (int t = _steps; ; t--)
        {
            stop.ThrowIfCancellationRequested();
            Scale(dh, dc, powers);
            (norms.Hidden[t], norms.Cell[t]) = (Norms(dh, powers), Norms(dc, powers));
            if (t == 0)
            {
                return norms;
            }

            Step(x, t - 1, [], []);
            _layer.Backward(_tape, [], dh, dc, _unused, accumulate: false, [], previousH, previousC);
            (dh, previousH, dc, previousC) = (previousH, dh, previousC, dc);
        }
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _tape.Dispose();
        _unused.Dispose();
    }

    private float[][] Room(int size) => [.. Enumerable.Range(0, _steps + 1).Select(_ => new float[_batch * size])];

    private void Step(ReadOnlySpan<float> x, int t, Span<float> h, Span<float> c)
    {
        int length = _batch * _layer.InputSize;
        _layer.Forward(_tape, 1, _batch, [], x.Slice(t * length, length), _h[t], _c[t], [], h, c);
    }

    /// <summary>Brings the largest number of each sequence to 1 to 2, by a power of two.</summary>
    private void Scale(float[] dh, float[] dc, long[] powers)
    {
        for (int b = 0; b < _batch; b++)
        {
            Span<float> hidden = Row(dh, b), cell = Row(dc, b);
            float largest = MathF.Max(Largest(hidden), Largest(cell));
            if (largest > 0f && float.IsFinite(largest))
            {
                int power = Math.ILogB(largest);
                powers[b] += power;
                Divide(hidden, power);
                Divide(cell, power);
            }
        }
    }

    private static float Largest(ReadOnlySpan<float> numbers)
    {
        float largest = 0f;
        foreach (float number in numbers)
        {
            largest = MathF.Max(largest, MathF.Abs(number));
        }

        return largest;
    }

    private static void Divide(Span<float> numbers, int power)
    {
        foreach (ref float number in numbers)
        {
            number = MathF.ScaleB(number, -power);
        }
    }

    private double[] Norms(float[] gradient, long[] powers)
    {
        var norms = new double[_batch];
        for (int b = 0; b < _batch; b++)
        {
            double squares = 0;
            foreach (float number in Row(gradient, b))
            {
                squares += (double)number * number;
            }

            norms[b] = 0.5 * Math.Log10(squares) + powers[b] * Math.Log10(2);
        }

        return norms;
    }

    private Span<float> Row(float[] states, int b) => states.AsSpan(b * (states.Length / _batch), states.Length / _batch);
}
