using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx;

/// <summary>One RNN, LSTM or GRU node of ONNX, with everything that the operator has; a thin shell over <see cref="Layers.Recurrent"/>.</summary>
/// <remarks>
/// <para>Arrays are dense, row-major and shaped as ONNX's. T steps, B sequences, I inputs, H units, D directions (1 or 2):
/// X [T, B, I], Y [T, D, B, H], initial and final states [D, B, H]; batch-major (layout 1): X [B, T, I], Y [B, T, D, H], states [B, D, H].</para>
/// <para>Y past a sequence's length is 0, and final states are those of the last valid step. A sequence of length 0 has the final state 0,
/// as ONNX Runtime does it, not its initial one; ONNX itself leaves that open.</para>
/// <para><see cref="Run"/> allocates nothing for sizes that were planned for. A node serves one thread at a time.</para>
/// </remarks>
public sealed class OnnxRecurrentNode : IDisposable
{
    private RecurrentTape? _tape;
    private float[] _x = [], _y = [], _h0 = [], _c0 = [], _hn = [], _cn = [];

    /// <summary>A node from its attributes and weights, which are copied.</summary>
    /// <param name="settings">Its attributes.</param>
    /// <param name="inputSize">I.</param>
    /// <param name="w">W, [D, G x H, I], gates as ONNX orders them: i o f c; z r h.</param>
    /// <param name="r">R, [D, G x H, H].</param>
    /// <param name="b">B, [D, 2 G x H], Wb then Rb; empty for none.</param>
    /// <param name="p">An LSTM's P, [D, 3 H], i o f; empty for none.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or the settings contradict themselves.</exception>
    public OnnxRecurrentNode(
        OnnxRecurrentSettings settings, int inputSize, ReadOnlySpan<float> w, ReadOnlySpan<float> r, ReadOnlySpan<float> b = default, ReadOnlySpan<float> p = default)
    {
        settings.Validate();
        Settings = settings;
        Recurrent = OnnxWeights.Create(settings, inputSize, w, r, b, p);
    }

    /// <summary>What is computed.</summary>
    public OnnxRecurrentSettings Settings { get; }

    /// <summary>The engine's layer that does the work.</summary>
    public Recurrent Recurrent { get; }

    /// <summary>I.</summary>
    public int InputSize => Recurrent.InputSize;

    /// <summary>Takes memory for runs of up to that size; <see cref="Run"/> does so itself where it was not done.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public void Plan(int maxSteps, int maxBatch)
    {
        RecurrentTape tape = Recurrent.Plan(maxSteps, maxBatch, training: false);
        _tape?.Dispose();
        _tape = tape;
        bool isPlain = Settings.Directions == 1;
        int rows = checked(maxSteps * maxBatch), states = maxBatch * Recurrent.HiddenStateSize;
        _x = Settings.BatchMajor ? new float[checked(rows * InputSize)] : [];
        _y = isPlain && !Settings.BatchMajor ? [] : new float[checked(rows * Recurrent.OutputSize)];
        (_h0, _hn) = (new float[states], new float[states]);
        (_c0, _cn) = Settings.Operator == OnnxRecurrentOperator.Lstm ? (new float[states], new float[states]) : ([], []);
    }

    /// <summary>Runs T steps of B sequences.</summary>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="x">X.</param>
    /// <param name="sequenceLengths">sequence_lens, [B], each 0 to T; empty for T each.</param>
    /// <param name="initialH">initial_h; empty for zeros.</param>
    /// <param name="initialC">An LSTM's initial_c; empty for zeros.</param>
    /// <param name="y">Gets Y; empty if not wanted. May not overlap x.</param>
    /// <param name="yH">Gets Y_h; empty if not wanted.</param>
    /// <param name="yC">Gets an LSTM's Y_c; empty if not wanted.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or a sequence's length lies outside 0..T.</exception>
    /// <exception cref="ObjectDisposedException">The node was disposed.</exception>
    public void Run(
        int steps, int batch, ReadOnlySpan<float> x, ReadOnlySpan<int> sequenceLengths, ReadOnlySpan<float> initialH, ReadOnlySpan<float> initialC,
        Span<float> y, Span<float> yH, Span<float> yC)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        int units = Settings.HiddenSize, directions = Settings.Directions, states = batch * Recurrent.HiddenStateSize;
        int cells = Settings.Operator == OnnxRecurrentOperator.Lstm ? states : 0;
        Checks.Length("x", x.Length, (long)steps * batch * InputSize, $"for {steps} steps, {batch} sequences, {InputSize} inputs");
        Checks.LengthOrEmpty("initialH", initialH.Length, states, "[D, B, H]");
        Checks.LengthOrEmpty("initialC", initialC.Length, cells, "[D, B, H]");
        Checks.LengthOrEmpty("y", y.Length, (long)steps * batch * directions * units, "[T, D, B, H]");
        Checks.LengthOrEmpty("yH", yH.Length, states, "[D, B, H]");
        Checks.LengthOrEmpty("yC", yC.Length, cells, "[D, B, H]");
        Checks.NoOverlap("y", y, "x", x);
        if (_tape is null || steps > _tape.MaxSteps || batch > _tape.MaxBatch)
        {
            Plan(Math.Max(steps, _tape?.MaxSteps ?? 0), Math.Max(batch, _tape?.MaxBatch ?? 0));
        }

        if (Settings.BatchMajor)
        {
            RunBatchMajor(steps, batch, x, sequenceLengths, initialH, initialC, y, yH, yC);
        }
        else
        {
            RunTimeMajor(steps, batch, x, sequenceLengths, initialH, initialC, y, yH, yC);
        }
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _tape?.Dispose();
        Recurrent.Dispose();
    }

    private void RunTimeMajor(
        int steps, int batch, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<float> h0, ReadOnlySpan<float> c0,
        Span<float> y, Span<float> hn, Span<float> cn)
    {
        int units = Settings.HiddenSize, directions = Settings.Directions;
        Span<float> joined = directions == 1 || y.IsEmpty ? y : _y.AsSpan(0, y.Length);
        Recurrent.Forward(_tape!, steps, batch, lengths, x, h0, c0, joined, hn, cn);
        ClearEmpty(lengths, batch, directions, batch * units, units, hn, cn);
        if (directions == 2 && !y.IsEmpty)
        {
            // [T, B, D, H] to [T, D, B, H]
            for (int t = 0; t < steps; t++)
            {
                int step = t * batch * directions * units;
                SwapAxes(joined.Slice(step, batch * directions * units), batch, directions, units, y[step..]);
            }
        }
    }

    private void RunBatchMajor(
        int steps, int batch, ReadOnlySpan<float> x, ReadOnlySpan<int> lengths, ReadOnlySpan<float> h0, ReadOnlySpan<float> c0,
        Span<float> y, Span<float> hn, Span<float> cn)
    {
        int units = Settings.HiddenSize, directions = Settings.Directions;
        Span<float> input = _x.AsSpan(0, x.Length), joined = _y.AsSpan(0, y.Length);
        Span<float> hidden = _h0.AsSpan(0, h0.Length), cell = _c0.AsSpan(0, c0.Length), lastHidden = _hn.AsSpan(0, hn.Length), lastCell = _cn.AsSpan(0, cn.Length);
        SwapAxes(x, batch, steps, InputSize, input);
        SwapAxes(h0, batch, directions, units, hidden);
        SwapAxes(c0, batch, directions, units, cell);
        Recurrent.Forward(_tape!, steps, batch, lengths, input, hidden, cell, joined, lastHidden, lastCell);
        SwapAxes(joined, steps, batch, directions * units, y);
        SwapAxes(lastHidden, directions, batch, units, hn);
        SwapAxes(lastCell, directions, batch, units, cn);
        ClearEmpty(lengths, batch, directions, units, directions * units, hn, cn);
    }

    /// <summary>[first, second, size] to [second, first, size]; nothing for nothing.</summary>
    private static void SwapAxes(ReadOnlySpan<float> from, int first, int second, int size, Span<float> to)
    {
        for (int i = 0; i < first && !from.IsEmpty; i++)
        {
            for (int j = 0; j < second; j++)
            {
                from.Slice((i * second + j) * size, size).CopyTo(to[((j * first + i) * size)..]);
            }
        }
    }

    /// <summary>Final states of sequences without steps: direction d of sequence b is at d * perDirection + b * perSequence.</summary>
    private void ClearEmpty(ReadOnlySpan<int> lengths, int batch, int directions, int perDirection, int perSequence, Span<float> hn, Span<float> cn)
    {
        for (int b = 0; b < lengths.Length && b < batch; b++)
        {
            for (int d = 0; d < directions && lengths[b] == 0; d++)
            {
                int start = d * perDirection + b * perSequence;
                (hn.IsEmpty ? hn : hn.Slice(start, Settings.HiddenSize)).Clear();
                (cn.IsEmpty ? cn : cn.Slice(start, Settings.HiddenSize)).Clear();
            }
        }
    }
}
