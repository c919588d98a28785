using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Parameters;
using SpanRnn.Streaming;

namespace SpanRnn.Layers;

/// <summary>Recurrent layers on top of each other, one or two directions each, over packed rows: forward, and its derivative below.</summary>
internal sealed partial class RecurrentStack : IDisposable
{
    private readonly Isa _isa;

    public RecurrentStack(RecurrentOptions options, string prefix, ParameterLayout layout, Isa isa)
    {
        options.Validate();
        Options = options;
        _isa = isa;
        Layers = new RecurrentLayer[options.HiddenSizes.Count * options.Directions];
        for (int i = 0; i < Layers.Length; i++)
        {
            Layers[i] = CellChoice.Create(options, i / options.Directions, i % options.Directions == 1, prefix, layout, isa);
        }
    }

    public RecurrentOptions Options { get; }

    /// <summary>Index layer * directions + direction.</summary>
    public RecurrentLayer[] Layers { get; }

    /// <summary>Takes over changed weights.</summary>
    public void Pack(ParameterSet weights)
    {
        foreach (RecurrentLayer layer in Layers)
        {
            layer.Pack(weights);
        }
    }

    /// <summary>The weights as they are now, packed for steps, never to be changed.</summary>
    /// <exception cref="InvalidOperationException">The stack is bidirectional or runs in reverse.</exception>
    public StreamStack Freeze(ParameterSet weights, WeightFormat format)
    {
        if (Options.Direction != Direction.Forward)
        {
            throw new InvalidOperationException(
                $"A {(Options.Bidirectional ? "bidirectional" : "reversed")} model cannot be stepped: it needs the end of a sequence before its start.");
        }

        return new StreamStack([.. Layers.Select(layer => layer.Freeze(weights, format))], format);
    }

    /// <summary>From the tape's packed input and initial states to its packed output and final states.</summary>
    /// <param name="tape">Its timeline is set, its input and initial states are written.</param>
    /// <param name="dropout">Where masks are drawn from while training; null when not.</param>
    public void Forward(StackTape tape, RandomStream? dropout) => Forward(tape, tape.Input, dropout);

    /// <summary>The same with packed input that may lie elsewhere, in rows of I numbers at least, if backward does not read it.</summary>
    /// <param name="tape">As above.</param>
    /// <param name="x">The input.</param>
    /// <param name="dropout">As above.</param>
    /// <param name="output">Where the packed output goes if it is not wanted in the tape, in rows of whole blocks; for inference.</param>
    public void Forward(StackTape tape, RowView x, RandomStream? dropout, RowView output = default)
    {
        Timeline timeline = tape.Timeline;
        for (int l = 0; l < Options.HiddenSizes.Count; l++)
        {
            RowView y = l + 1 == Options.HiddenSizes.Count ? output : default, input = l == 0 ? x : tape.InputOf(l);
            if (l > 0 && !tape.MaskOf(l).IsEmpty)
            {
                Drop(tape, l, dropout);
            }

            if (Options.Bidirectional)
            {
                ForwardBothWays(tape, l, input, y.IsEmpty ? tape.OutputOf(l) : y);
            }
            else
            {
                Layers[l].Forward(timeline, input, tape.Layers[l], new(y));
            }
        }
    }

    /// <summary>
    /// From the packed gradient of the output, and the final states' in DH and DC of each layer's tape, to the weights'
    /// gradients and, if wanted, the initial states' (in the same places) and the packed input's. With an <paramref name="update"/> layers may change their
    /// weights at once, and then keep no gradients of W and R.
    /// </summary>
    /// <param name="tape">It holds a forward run.</param>
    /// <param name="dOutput">The tape's, or rows without padding elsewhere; empty if it is zero.</param>
    /// <param name="dInput">The tape's, or rows of whole blocks elsewhere; empty if nobody wants it.</param>
    /// <param name="gradients">Gets those of the weights.</param>
    /// <param name="accumulate">Whether to add to them.</param>
    /// <param name="wantsStates">Whether anybody wants those of initial states.</param>
    /// <param name="update">What changes the weights.</param>
    public void Backward(
        StackTape tape, RowView dOutput, RowView dInput, ParameterSet gradients, bool accumulate, bool wantsStates, IWeightUpdate? update = null)
    {
        Timeline timeline = tape.Timeline;
        foreach (LayerTape layer in tape.Layers)
        {
            layer.WantsInitialGradient = wantsStates;
        }

        for (int l = Options.HiddenSizes.Count - 1; l >= 0; l--)
        {
            RowView dx = l > 0 ? tape.DInputOf(l) : dInput, dy = l + 1 < Options.HiddenSizes.Count ? tape.DOutputOf(l) : dOutput;
            if (!Options.Bidirectional)
            {
                Layers[l].Backward(timeline, tape.InputOf(l), tape.Layers[l], dy, dx, gradients, accumulate, update);
            }
            else
            {
                BackwardBothWays(tape, l, dy, dx, gradients, accumulate, update);
            }

            if (l > 0)
            {
                MultiplyByMask(tape, l, dx, dx);
            }
        }
    }

    public void Dispose()
    {
        foreach (RecurrentLayer layer in Layers)
        {
            layer.Dispose();
        }
    }

    /// <summary>The hidden states after each packed row, in the direction's own order of time.</summary>
    private RowView StatesOf(StackTape tape, int l, int direction)
    {
        int stride = Block.Pad(Options.StateSize(l));
        ref float first = ref Unsafe.Add(ref tape.Layers[2 * l + direction].H, tape.Timeline.Batch * stride);
        return new RowView(ref first, tape.Timeline.Rows, stride);
    }

    private void ForwardBothWays(StackTape tape, int l, RowView x, RowView output)
    {
        Timeline timeline = tape.Timeline;
        int size = Options.StateSize(l);
        bool isDirect = WritesSideBySide(tape, l);
        OutputRows forward = isDirect ? new(output) : default;
        OutputRows reverse = isDirect ? new(new(ref Unsafe.Add(ref output.Origin, size), output.Count, output.Stride), isMirrored: true) : default;
        if (Layers[2 * l].IsBetterAlone(timeline, tape.Layers[2 * l]))
        {
            var part = new DirectionForward { Stack = this, Tape = tape, Layer = l, X = x, ForwardOutput = forward, ReverseOutput = reverse };
            tape.Team!.Run(ref part, 2);
        }
        else
        {
            Layers[2 * l].Forward(timeline, x, tape.Layers[2 * l], forward);
            Layers[2 * l + 1].Forward(timeline, Mirror(tape, l, x), tape.Layers[2 * l + 1], reverse);
        }

        if (!isDirect)
        {
            DirectionMerge.Forward(_isa, Options.Merge, StatesOf(tape, l, 0), StatesOf(tape, l, 1), timeline.Mirror, size, output);
        }
    }

    /// <summary>
    /// Whether both directions write their hidden states side by side, where they are wanted, instead of to their tapes, from where they would be merged: in inference over
    /// sequences of one length, in whole blocks.
    /// </summary>
    private bool WritesSideBySide(StackTape tape, int l) => !tape.IsForTraining && tape.Timeline.IsDense && Options.Merge == MergeMode.Concat
        && Options.StateSize(l) % Block.Size == 0 && !Layers[2 * l].HasProjection;

    /// <summary>What the reverse direction reads: the layer's input, from its end.</summary>
    private static RowView Mirror(StackTape tape, int l, RowView x)
    {
        RowView mirrored = tape.MirroredInputOf(l);
        Rows.Gather(ref x.Origin, x.Stride, tape.Timeline.Mirror, ref mirrored.Origin, mirrored.Stride, Math.Min(x.Stride, mirrored.Stride));
        return mirrored;
    }

    private void BackwardBothWays(StackTape tape, int l, RowView dy, RowView dx, ParameterSet gradients, bool accumulate, IWeightUpdate? update)
    {
        ReadOnlySpan<int> mirror = tape.Timeline.Mirror;
        RowView dForward = default, dReverse = default, dMirrored = dx.IsEmpty ? default : tape.DMirrored(l);
        if (!dy.IsEmpty)
        {
            dForward = tape.DDirection(l, 0);
            dReverse = tape.DDirection(l, 1);
            DirectionMerge.Backward(
                _isa, Options.Merge, dy, StatesOf(tape, l, 0), StatesOf(tape, l, 1), mirror, Options.StateSize(l), dForward, dReverse);
        }

        if (Layers[2 * l].IsBetterAlone(tape.Timeline, tape.Layers[2 * l]))
        {
            // Alone each keeps its gradients: two threads may not finish layers at once.
            var part = new DirectionBackward
            {
                Stack = this,
                Tape = tape,
                Layer = l,
                DForward = dForward,
                DReverse = dReverse,
                DX = dx,
                DMirrored = dMirrored,
                Gradients = gradients,
                Accumulate = accumulate,
            };
            tape.Team!.Run(ref part, 2);
        }
        else
        {
            Layers[2 * l].Backward(tape.Timeline, tape.InputOf(l), tape.Layers[2 * l], dForward, dx, gradients, accumulate, update);
            Layers[2 * l + 1].Backward(
                tape.Timeline, tape.MirroredInputOf(l), tape.Layers[2 * l + 1], dReverse, dMirrored, gradients, accumulate, update);
        }

        if (!dx.IsEmpty)
        {
            Rows.GatherAdd(ref dMirrored.Origin, dMirrored.Stride, mirror, ref dx.Origin, dx.Stride, dx.Stride);
        }
    }

    /// <summary>Draws the mask below a layer: 0 with probability p, else 1 / (1 - p); and applies it.</summary>
    private void Drop(StackTape tape, int l, RandomStream? random)
    {
        RowView mask = tape.MaskOf(l);
        int width = Options.InputSizeOf(l);
        float kept = 1f / (1f - Options.Dropout);
        for (int row = 0; row < mask.Count; row++)
        {
            foreach (ref float factor in mask[row, width])
            {
                factor = random is null ? 1f : random.NextSingle() < Options.Dropout ? 0f : kept;
            }
        }

        MultiplyByMask(tape, l, tape.OutputOf(l - 1), tape.InputOf(l));
    }

    private void MultiplyByMask(StackTape tape, int l, RowView source, RowView destination)
    {
        RowView mask = tape.MaskOf(l);
        if (mask.IsEmpty)
        {
            return;
        }

        Timeline timeline = tape.Timeline;
        for (int t = 0; t < timeline.Longest; t++)
        {
            int row = timeline.Offset(t), maskRow = Options.VariationalDropout ? 0 : row;
            int length = timeline.Active(t) * source.Stride;
            TensorPrimitives.Multiply(source[row, length], mask[maskRow, length], destination[row, length]);
        }
    }
}
