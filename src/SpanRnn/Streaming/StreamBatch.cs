using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Streaming;

/// <summary>Room to step many sequences at once: their states are gathered into rows, multiplied together, and given back.</summary>
internal sealed class StreamBatch : IDisposable
{
    /// <summary>Rows below which a second thread is not worth its own pass over the weights.</summary>
    private const int LeastRows = 8;

    private readonly WorkerTeam? _team;
    private readonly Slab _memory;
    private readonly int _input;
    private readonly int[] _h, _c;
    private readonly int _a, _gated, _output, _partial;

    public StreamBatch(StreamStack stack, int inputSize, int maxRows, WorkerTeam? team)
    {
        (MaxRows, _team, InputStride) = (maxRows, team, Block.Pad(inputSize));
        var plan = new ArenaPlan();
        _input = plan.Add((long)maxRows * InputStride);
        (_h, _c) = (new int[stack.Layers.Length], new int[stack.Layers.Length]);
        var largest = default(StreamScratch);
        for (int l = 0; l < stack.Layers.Length; l++)
        {
            StreamScratch sizes = stack.Layers[l].Scratch;
            _h[l] = plan.Add(2L * maxRows * sizes.State);
            _c[l] = plan.Add((long)maxRows * sizes.Cell);
            largest = new(
                0, 0, Math.Max(largest.A, sizes.A), Math.Max(largest.Gated, sizes.Gated), Math.Max(largest.Output, sizes.Output),
                Math.Max(largest.Partial, Math.Max(sizes.A, sizes.Partial)));
        }

        _a = plan.Add((long)maxRows * largest.A);
        _gated = plan.Add((long)maxRows * largest.Gated);
        _output = plan.Add((long)maxRows * largest.Output);
        _partial = plan.Add((long)maxRows * largest.Partial); // as weights of another format may need it
        _memory = plan.Rent();
    }

    public int MaxRows { get; }

    /// <summary>Floats from one row of the input to the next.</summary>
    public int InputStride { get; }

    /// <summary>One row of the input.</summary>
    public Span<float> InputRow(int row) => _memory.Span.Slice(_input + row * InputStride, InputStride);

    /// <summary>One step of each state; returns the last layer's new hidden states, rows <paramref name="stride"/> floats apart.</summary>
    /// <param name="stack">The weights.</param>
    /// <param name="states">At most <see cref="MaxRows"/>.</param>
    /// <param name="inputRow">The first one's row of the input; the others' follow.</param>
    /// <param name="stride">Floats between rows of the result.</param>
    public ref float Step(StreamStack stack, ReadOnlySpan<StreamState> states, int inputRow, out int stride)
    {
        ref float x = ref At(_input + inputRow * InputStride);
        stride = InputStride;
        if (states.Length == 1)
        {
            return ref states[0].Step(stack, ref x); // nothing to share
        }

        for (int l = 0; l < stack.Layers.Length; l++)
        {
            StreamLayer layer = stack.Layers[l];
            StreamScratch sizes = layer.Scratch;
            ref float h = ref At(_h[l]), c = ref At(_c[l]);
            for (int row = 0; row < states.Length; row++)
            {
                states[row].Gather(l, ref Unsafe.Add(ref h, (nint)row * sizes.State), ref Unsafe.Add(ref c, (nint)row * sizes.Cell));
            }

            ref float next = ref Unsafe.Add(ref h, (nint)MaxRows * sizes.State);
            var part = new RowsPart
            {
                Layer = layer,
                Rows = new RowBuffers
                {
                    X = ref x,
                    H = ref h,
                    Next = ref next,
                    C = ref c,
                    A = ref At(_a),
                    Gated = ref At(_gated),
                    Output = ref At(_output),
                    Partial = ref At(_partial),
                },
                XStride = stride,
                Count = states.Length,
            };
            WorkerTeam.Run(_team, ref part, states.Length * layer.Bytes < WorkerTeam.LeastWork ? 1 : states.Length / LeastRows);
            for (int row = 0; row < states.Length; row++)
            {
                states[row].Scatter(l, ref Unsafe.Add(ref next, (nint)row * sizes.State), ref Unsafe.Add(ref c, (nint)row * sizes.Cell));
            }

            x = ref next;
            stride = sizes.State;
        }

        return ref x;
    }

    public void Dispose() => _memory.Dispose();

    private ref float At(int start) => ref Unsafe.Add(ref _memory.Origin, start);

    /// <summary>Some rows of a layer's step.</summary>
    private ref struct RowsPart : IPartedWork
    {
        public StreamLayer Layer;
        public RowBuffers Rows;
        public int XStride, Count;

        public readonly void Run(int part, int parts)
        {
            int first = (int)((long)Count * part / parts), end = (int)((long)Count * (part + 1) / parts);
            if (end > first)
            {
                Layer.StepRows(Rows.From(first, XStride, Layer.Scratch), XStride, end - first);
            }
        }
    }
}
