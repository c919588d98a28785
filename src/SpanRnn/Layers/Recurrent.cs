using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Parameters;
using SpanRnn.Streaming;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>A stack of recurrent layers with its weights: what PyTorch calls <c>nn.RNN</c>, <c>nn.LSTM</c> and <c>nn.GRU</c>.</summary>
/// <remarks>
/// <para>Arrays are time-major and dense: x [T, B, I], y [T, B, D x S], states [layers x D, B, S] with index layer x D + direction, where D is
/// the number of directions and S the size of a state (H, or the projection's). Layers of unequal size follow each other in the states.</para>
/// <para>After changing <see cref="Weights"/> by hand, call <see cref="Pack"/>. <see cref="Forward"/> and <see cref="Backward"/>
/// allocate nothing.</para>
/// </remarks>
public sealed class Recurrent : IDisposable
{
    private FrozenRecurrent? _frozen;

    /// <summary>A stack with zero weights; fill them, then <see cref="Pack"/>.</summary>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public Recurrent(RecurrentOptions options) : this(options, Isa.Best)
    {
    }

    internal Recurrent(RecurrentOptions options, Isa isa)
    {
        var layout = new ParameterLayout();
        Stack = new RecurrentStack(options, "", layout, isa);
        Weights = new ParameterSet(layout);
        (InputSize, OutputSize) = (options.InputSize, options.OutputSize);
    }

    /// <summary>Numbers of a step's input: I.</summary>
    public int InputSize { get; }

    /// <summary>Numbers of a step's output: D x S, or S where two directions are merged into one.</summary>
    public int OutputSize { get; }

    /// <summary>What is computed.</summary>
    public RecurrentOptions Options => Stack.Options;

    /// <summary>The weights, by PyTorch's names: <c>weight_ih_l0</c>, <c>weight_hh_l0</c>, <c>bias_ih_l0</c>, ...</summary>
    public ParameterSet Weights { get; }

    /// <summary>Numbers of all hidden states for one sequence.</summary>
    public int HiddenStateSize => StackStates.SizePerSequence(Stack, StackStates.Part.Hidden);

    /// <summary>Numbers of all cell states for one sequence; 0 for cells without.</summary>
    public int CellStateSize => StackStates.SizePerSequence(Stack, StackStates.Part.Cell);

    internal RecurrentStack Stack { get; }

    /// <summary>The weights as they were packed last, frozen once for all sessions.</summary>
    internal FrozenRecurrent Frozen => _frozen ??= Freeze();

    /// <summary>Draws weights as PyTorch does, and packs them: the same seed gives the same bits.</summary>
    public void Initialize(ulong seed) => Initialize(seed, RecurrentInitializers.PyTorch);

    /// <summary>Draws weights, and packs them: the same seed gives the same bits.</summary>
    /// <param name="seed">Each layer and direction has its own stream of it.</param>
    /// <param name="initializers">From the units of a layer to its initializers.</param>
    public void Initialize(ulong seed, Func<int, RecurrentInitializers> initializers)
    {
        RandomStream random = new RandomStream(seed).Fork("rnn");
        for (int i = 0; i < Stack.Layers.Length; i++)
        {
            Stack.Layers[i].Initialize(Weights, initializers(Stack.Layers[i].Units), random.Fork(i));
        }

        Pack();
    }

    /// <summary>Takes over changed weights: before anything else runs, since some of what is computed reads them where they are.</summary>
    public void Pack()
    {
        Stack.Pack(Weights);
        _frozen = null;
    }

    /// <summary>
    /// Turns a GRU's weights written for h = (1 - z) h' + z n, as many texts define the update gate, into ours, h = z h' + (1 - z) n
    /// (PyTorch, Keras, ONNX), or back; and packs them. Since 1 - sigmoid(a) = sigmoid(-a), that gate's W, R and b change their sign.
    /// </summary>
    /// <exception cref="InvalidOperationException">The cell is no GRU, or its gates are no sigmoids.</exception>
    public void FlipUpdateGate()
    {
        foreach (RecurrentLayer layer in Stack.Layers)
        {
            layer.FlipUpdateGate(Weights);
        }

        Pack();
    }

    /// <summary>Takes memory for runs of up to so many steps of so many sequences.</summary>
    /// <param name="maxSteps">The largest T.</param>
    /// <param name="maxBatch">The largest B.</param>
    /// <param name="training">Whether <see cref="Backward"/> shall follow.</param>
    /// <param name="team">Threads that share the work of runs on this tape, with the same bits; null for the caller's alone. It is not disposed.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public RecurrentTape Plan(int maxSteps, int maxBatch, bool training = true, WorkerTeam? team = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBatch);
        return new RecurrentTape(this, maxSteps, maxBatch, training, team);
    }

    /// <summary>The weights as they are now, packed for single steps: immutable, shared by any number of sessions and threads.</summary>
    /// <remarks>Call it on the thread that changes the weights; whatever it returns is for all threads.</remarks>
    /// <param name="format">How they are kept.</param>
    /// <exception cref="InvalidOperationException">The stack is bidirectional or runs in reverse, and so cannot be stepped.</exception>
    /// <exception cref="ArgumentException">A weight is no finite number, and <see cref="WeightFormat.Int8"/> needs one.</exception>
    public FrozenRecurrent Freeze(WeightFormat format = WeightFormat.Float32) => new(Stack.Freeze(Weights, format), InputSize, OutputSize);

    /// <summary>A state of its own, to be stepped with the weights as they were packed last; later changes do not reach it.</summary>
    /// <exception cref="InvalidOperationException">The stack is bidirectional or runs in reverse: it needs the end of a sequence before its start.</exception>
    /// <param name="team">Threads that share the steps of layers large enough to gain by it, with the same bits; null for the caller's alone.</param>
    public RecurrentSession CreateSession(WorkerTeam? team = null) => Frozen.CreateSession(team);

    /// <summary>Gradients, or moments: an arena of the weights' layout, all zero.</summary>
    public ParameterSet CreateGradients() => new(Weights.Layout);

    /// <summary>Runs T steps of B sequences.</summary>
    /// <remarks>If all of a layer's h0 is zero, given or left out, its first step does not read R: a weight of R that is no finite number shows from the second step on.</remarks>
    /// <param name="tape">Planned for at least T and B.</param>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">Steps of each sequence, 0 to T; empty for T each. Outputs past a length are 0.</param>
    /// <param name="x">Inputs, [T, B, I].</param>
    /// <param name="h0">Initial hidden states, [layers x D, B, S]; empty for zeros.</param>
    /// <param name="c0">Initial cell states of an LSTM, [layers x D, B, H]; empty for zeros.</param>
    /// <param name="y">Outputs, [T, B, D x S]; empty if not wanted. May not overlap x.</param>
    /// <param name="hn">Final hidden states, as h0; empty if not wanted. May be h0.</param>
    /// <param name="cn">Final cell states, as c0; empty if not wanted. May be c0.</param>
    /// <param name="dropout">Where dropout masks are drawn from while training; null for none.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, y overlaps x, a length lies outside 0..T, or the tape is another stack's or too small.</exception>
    /// <exception cref="ObjectDisposedException">The stack or the tape was disposed.</exception>
    public void Forward(
        RecurrentTape tape, int steps, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<float> x, ReadOnlySpan<float> h0, ReadOnlySpan<float> c0,
        Span<float> y, Span<float> hn, Span<float> cn, RandomStream? dropout = null)
    {
        StackTape stack = Check(tape);
        long rows = (long)steps * batch;
        Checks.Length("x", x.Length, rows * Options.InputSize, $"[T {steps}, B {batch}, I {Options.InputSize}]");
        Checks.LengthOrEmpty("h0", h0.Length, (long)batch * HiddenStateSize, "[layers x directions, B, S]");
        Checks.LengthOrEmpty("c0", c0.Length, (long)batch * CellStateSize, "[layers x directions, B, H]");
        if (!y.IsEmpty)
        {
            Checks.Length("y", y.Length, rows * Options.OutputSize, $"[T {steps}, B {batch}, {Options.OutputSize}]");
        }

        Checks.LengthOrEmpty("hn", hn.Length, (long)batch * HiddenStateSize, "[layers x directions, B, S]");
        Checks.LengthOrEmpty("cn", cn.Length, (long)batch * CellStateSize, "[layers x directions, B, H]");
        Checks.NoOverlap("y", y, "x", x);
        tape.IsFilled = false;
        Timeline timeline = stack.Timeline;
        timeline.Set(steps, batch, lengths);

        // Inference reads x where it is, unless rows must be packed or reversed first.
        RowView input = new(ref MemoryMarshal.GetReference(x), timeline.Rows, Options.InputSize);
        if (tape.IsForTraining || !timeline.IsInUserOrder)
        {
            UserRows.Pack(timeline, input, stack.Input);
            input = stack.Input;
        }

        StackStates.Set(Stack, stack, StackStates.Part.Hidden, h0);
        StackStates.Set(Stack, stack, StackStates.Part.Cell, c0);

        // Inference writes y where it is, unless rows must be put in order or have padding.
        bool hasPadding = Options.StateSize(Options.HiddenSizes.Count - 1) % Block.Size != 0;
        bool isDirect = !y.IsEmpty && !tape.IsForTraining && timeline.IsInUserOrder && !hasPadding;
        Stack.Forward(stack, input, dropout, isDirect ? new(ref MemoryMarshal.GetReference(y), timeline.Rows, Options.OutputSize) : default);
        tape.IsFilled = true;

        if (!y.IsEmpty && !isDirect)
        {
            UserRows.Scatter(timeline, stack.Output, y, Options.OutputSize);
        }

        if (!hn.IsEmpty)
        {
            StackStates.Get(Stack, stack, StackStates.Part.Hidden, hn);
        }

        if (!cn.IsEmpty)
        {
            StackStates.Get(Stack, stack, StackStates.Part.Cell, cn);
        }
    }

    /// <summary>Back-propagation through time of the last <see cref="Forward"/> on that tape; can be done once for each forward run.</summary>
    /// <param name="tape">A tape planned for training that holds a forward run.</param>
    /// <param name="dy">d loss / d y, as y; empty for zeros. What it holds past a length is ignored.</param>
    /// <param name="dhn">d loss / d hn; empty for zeros.</param>
    /// <param name="dcn">d loss / d cn; empty for zeros.</param>
    /// <param name="gradients">Gets d loss / d weights.</param>
    /// <param name="accumulate">Whether to add to what gradients holds, rather than to replace it.</param>
    /// <param name="dx">Gets d loss / d x, 0 past a length; empty if not wanted. May be dy.</param>
    /// <param name="dh0">Gets d loss / d h0; empty if not wanted.</param>
    /// <param name="dc0">Gets d loss / d c0; empty if not wanted.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or gradients has another layout.</exception>
    /// <exception cref="InvalidOperationException">The tape holds no forward run, or was planned without training.</exception>
    public void Backward(
        RecurrentTape tape, ReadOnlySpan<float> dy, ReadOnlySpan<float> dhn, ReadOnlySpan<float> dcn, ParameterSet gradients, bool accumulate,
        Span<float> dx, Span<float> dh0, Span<float> dc0)
    {
        StackTape stack = Check(tape);
        if (!tape.IsForTraining || !tape.IsFilled)
        {
            throw new InvalidOperationException(
                tape.IsForTraining ? "The tape holds no forward run: call Forward first." : "The tape was planned for inference: Plan(..., training: true).");
        }

        Checks.SameLayout(Weights.Layout, gradients.Layout);
        Timeline timeline = stack.Timeline;
        long rows = (long)timeline.Steps * timeline.Batch;
        Checks.LengthOrEmpty("dy", dy.Length, rows * Options.OutputSize, "as y");
        Checks.LengthOrEmpty("dhn", dhn.Length, (long)timeline.Batch * HiddenStateSize, "as hn");
        Checks.LengthOrEmpty("dcn", dcn.Length, (long)timeline.Batch * CellStateSize, "as cn");
        Checks.LengthOrEmpty("dx", dx.Length, rows * Options.InputSize, "as x");
        Checks.LengthOrEmpty("dh0", dh0.Length, (long)timeline.Batch * HiddenStateSize, "as h0");
        Checks.LengthOrEmpty("dc0", dc0.Length, (long)timeline.Batch * CellStateSize, "as c0");
        tape.IsFilled = false; // backward turns activations into gradients, in place

        // dy is read and dx written where they are, unless rows must be put in order or have padding, or one replaces the other. Few rows of dx may be added to again and
        // again, which is faster in the tape, whose rows begin with a line.
        bool mayBeDirect = timeline.IsInUserOrder && !dx.Overlaps(dy);
        bool readsInPlace = mayBeDirect && Options.StateSize(Options.HiddenSizes.Count - 1) % Block.Size == 0;
        bool writesInPlace = mayBeDirect && Options.InputSize % Block.Size == 0 && timeline.Rows > RowsOfGradient.Chunk;
        RowView dOutput = dy.IsEmpty ? default : new(ref MemoryMarshal.GetReference(dy), timeline.Rows, Options.OutputSize);
        RowView dInput = dx.IsEmpty ? default : writesInPlace ? new(ref MemoryMarshal.GetReference(dx), timeline.Rows, Options.InputSize) : stack.DInput;
        if (!dy.IsEmpty && !readsInPlace)
        {
            RowView packed = stack.DOutput;
            if (packed.Stride != Options.OutputSize)
            {
                packed[0, timeline.Rows * packed.Stride].Clear();
            }

            UserRows.Pack(timeline, dOutput, packed);
            dOutput = packed;
        }

        StackStates.Set(Stack, stack, StackStates.Part.HiddenGradient, dhn);
        StackStates.Set(Stack, stack, StackStates.Part.CellGradient, dcn);
        Stack.Backward(stack, dOutput, dInput, gradients, accumulate, wantsStates: !dh0.IsEmpty);

        if (!dx.IsEmpty && !writesInPlace)
        {
            UserRows.Scatter(timeline, stack.DInput, dx, Options.InputSize);
        }

        if (!dh0.IsEmpty)
        {
            StackStates.Get(Stack, stack, StackStates.Part.HiddenGradient, dh0);
        }

        if (!dc0.IsEmpty)
        {
            StackStates.Get(Stack, stack, StackStates.Part.CellGradient, dc0);
        }
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        Weights.Dispose();
        Stack.Dispose();
    }

    private StackTape Check(RecurrentTape tape) => ReferenceEquals(tape.Owner, this)
        ? tape.Stack
        : throw new ArgumentException("The tape was planned by another stack of layers.", nameof(tape));
}
