using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Streaming;

/// <summary>The state of one sequence through frozen layers, and the room of its steps.</summary>
internal sealed class StreamState : IDisposable
{
    private readonly LayerState[] _layers;
    private readonly Slab _memory;
    private readonly int _sums;
    private int _turn;
    private long _call;

    /// <param name="stack">What will be stepped, or layers of the same shape.</param>
    /// <param name="team">Threads that share steps large enough; null for the caller's alone.</param>
    public StreamState(StreamStack stack, WorkerTeam? team = null)
    {
        Team = team;
        _layers = new LayerState[stack.Layers.Length];
        var plan = new ArenaPlan();
        for (int l = 0; l < _layers.Length; l++)
        {
            StreamLayer layer = stack.Layers[l];
            StreamScratch sizes = layer.Scratch;
            _layers[l] = new LayerState
            {
                States = layer.StateSize,
                Cells = layer.HasCellState ? layer.Units : 0,
                Width = sizes.State,
                H = plan.Add(2 * sizes.State), // this step's and the next one's take turns
                C = plan.Add(sizes.Room),
            };
        }

        _sums = plan.Add(StreamScratch.Sums * (team?.Threads ?? 1));
        _memory = plan.Rent();
        (HiddenSize, CellSize) = (stack.HiddenSize, stack.CellSize);
    }

    /// <summary>Threads that share steps; null for the caller's alone.</summary>
    public WorkerTeam? Team { get; }

    public int HiddenSize { get; }

    public int CellSize { get; }

    /// <summary>One step; returns the last layer's new hidden state.</summary>
    /// <param name="stack">The weights, of the shape that this was made for.</param>
    /// <param name="x">I numbers.</param>
    [MethodImpl(Hot.Loop)]
    public ref float Step(StreamStack stack, ref float x)
    {
        ref float origin = ref _memory.Origin, input = ref x;
        StreamLayer[] layers = stack.Layers;
        for (int l = 0; l < layers.Length; l++)
        {
            ref readonly LayerState own = ref _layers[l];
            ref float h = ref Unsafe.Add(ref origin, own.H + _turn * own.Width), next = ref Unsafe.Add(ref origin, own.H + (1 - _turn) * own.Width);
            layers[l].Step(ref input, ref h, ref Unsafe.Add(ref origin, own.C), ref next, ref Unsafe.Add(ref origin, _sums), _turn == 1, Team);
            input = ref next;
        }

        _turn = 1 - _turn;
        return ref input;
    }

    /// <summary>All states zero.</summary>
    public void Reset() => _memory.Span.Clear();

    /// <summary>Reads or writes the states as one row of [layers, S] and one of [layers, H]; empty leaves them.</summary>
    public void Copy(Span<float> hidden, Span<float> cell, bool write)
    {
        foreach (ref readonly LayerState layer in _layers.AsSpan())
        {
            Copy(H(in layer), ref hidden, write);
            Copy(C(in layer), ref cell, write);
        }
    }

    /// <summary>Reads h and c of a layer into rows of a batch.</summary>
    public void Gather(int layer, ref float h, ref float c)
    {
        ref readonly LayerState own = ref _layers[layer];
        H(in own).CopyTo(MemoryMarshal.CreateSpan(ref h, own.States));
        C(in own).CopyTo(MemoryMarshal.CreateSpan(ref c, own.Cells));
    }

    /// <summary>Writes h and c of a layer from rows of a batch.</summary>
    public void Scatter(int layer, ref float h, ref float c)
    {
        ref readonly LayerState own = ref _layers[layer];
        MemoryMarshal.CreateReadOnlySpan(ref h, own.States).CopyTo(H(in own));
        MemoryMarshal.CreateReadOnlySpan(ref c, own.Cells).CopyTo(C(in own));
    }

    /// <summary>
    /// Runs two steps, the second with workers that are awake, so that all code is compiled and the weights are in a cache as near as they fit, and takes them back.
    /// Returns a hidden state.
    /// </summary>
    public ref float Prewarm(StreamStack stack)
    {
        float[] states = _memory.Span[.._sums].ToArray(), x = new float[Block.Pad(stack.Layers[0].InputSize)];
        Step(stack, ref x[0]);
        Team?.Wake();
        ref float h = ref Step(stack, ref x[0]); // the second, so that states that take turns are where they were
        states.CopyTo(_memory.Span);
        return ref h;
    }

    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void CheckDisposed() => _ = ref _memory.Origin;

    /// <summary>Takes part in a step of a batch, known by its number; false if it does so already.</summary>
    public bool Join(long call)
    {
        bool isNew = _call != call;
        _call = call;
        return isNew;
    }

    public void Dispose() => _memory.Dispose();

    private static void Copy(Span<float> own, ref Span<float> user, bool write)
    {
        if (user.IsEmpty)
        {
            return;
        }

        if (write)
        {
            user[..own.Length].CopyTo(own);
        }
        else
        {
            own.CopyTo(user);
        }

        user = user[own.Length..];
    }

    private Span<float> H(ref readonly LayerState layer) => _memory.Span.Slice(layer.H + _turn * layer.Width, layer.States);

    private Span<float> C(ref readonly LayerState layer) => _memory.Span.Slice(layer.C, layer.Cells);

    /// <summary>Sizes of one layer's state, and where its parts lie.</summary>
    private struct LayerState
    {
        public int States, Cells, Width, H, C;
    }
}
