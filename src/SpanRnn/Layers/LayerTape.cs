using SpanRnn.Kernels;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>What one layer and direction remembers of a run, so that back-propagation through time can follow: planned once, reused.</summary>
/// <remarks>
/// The pre-activations a become the gates' activations as the run goes forward, and their own gradients da as it goes back:
/// one buffer serves the three. Rows are packed as <see cref="Timeline"/> says.
/// </remarks>
internal sealed class LayerTape : IDisposable
{
    /// <summary>Rows of pre-activations that inference computes together, so that they stay in the second-level cache.</summary>
    private const int InferenceRows = 128;

    private readonly Slab _memory;
    private readonly int _a, _h, _c, _extra, _gated, _cellOutput, _dh, _dc, _dGated, _dCellOutput, _dProjected, _dBias, _dPeepholes, _sums, _sumFloats;
    private readonly int _nearFloats, _panelFloats; // of what layers share
    private readonly Slab? _shared;

    /// <param name="layer">Whose tape this is.</param>
    /// <param name="maxRows">Packed rows: T x B at most.</param>
    /// <param name="maxBatch">B at most.</param>
    /// <param name="training">Whether it must serve backward too.</param>
    /// <param name="team">The threads that share the work of a run; null for one.</param>
    /// <param name="shared">Room for what is packed right before it is used, in training by one thread: <see cref="FloatsToShare"/>; else null.</param>
    public LayerTape(RecurrentLayer layer, int maxRows, int maxBatch, bool training, WorkerTeam? team, Slab? shared)
    {
        (Team, _shared) = (team, shared);
        // Inference keeps the hidden states of all steps, for they are the output (unless they go elsewhere at once, which only a batch's lengths tell), but of the rest
        // only what a step needs.
        long states = maxRows + (long)maxBatch, rows = RowsOfA = training ? maxRows : Math.Min(maxRows, Math.Max(maxBatch, InferenceRows));
        int units = Block.Pad(layer.Units), state = Block.Pad(layer.StateSize);
        var plan = new ArenaPlan();
        _a = plan.Add(rows * Block.Apart(units / Block.Size, layer.Shape.Slots));
        _h = plan.Add(states * state);
        _c = plan.Add(layer.Shape.HasCellState ? (training ? states : 2L * maxBatch) * units : 0);
        _extra = plan.Add(layer.Shape.HasExtra ? rows * units : 0);
        _gated = plan.Add(layer.Shape.Candidate is null ? 0 : rows * units);
        _cellOutput = plan.Add(layer.HasProjection ? rows * units : 0);
        if (training)
        {
            _dh = plan.Add((long)maxBatch * state);
            _dBias = plan.Add(layer.Shape.Slots * units);
            _dPeepholes = plan.Add(layer.HasPeepholes ? 3 * units : 0);
            _dc = plan.Add(layer.Shape.HasCellState ? (long)maxBatch * units : 0);
            _dGated = plan.Add(layer.Shape.Candidate is null ? 0 : (long)maxBatch * units);
            _dCellOutput = plan.Add(layer.HasProjection ? (long)maxBatch * units : 0);
            _dProjected = plan.Add(layer.HasProjection ? rows * state : 0);
            _sumFloats = layer.SumFloats;
            _sums = plan.Add(_sumFloats);
        }

        (_nearFloats, _panelFloats) = shared is null ? (0, 0) : (layer.NearFloats, layer.FloatsAtUse);
        _memory = plan.Rent();
        IsForTraining = training;
    }

    /// <summary>Floats that some layers need in turns for what is packed right before it is used: near panels of a W, and R's panels.</summary>
    public static long FloatsToShare(ReadOnlySpan<RecurrentLayer> layers)
    {
        int near = 0, panels = 0;
        foreach (RecurrentLayer layer in layers)
        {
            (near, panels) = (Math.Max(near, layer.NearFloats), Math.Max(panels, layer.FloatsAtUse));
        }

        return (long)near + panels;
    }

    public bool IsForTraining { get; }

    public WorkerTeam? Team { get; }

    public int Threads => Team?.Threads ?? 1;

    /// <summary>Rows of everything but the states: all when training, a few in inference.</summary>
    public int RowsOfA { get; }

    public long Bytes => _memory.Bytes;

    /// <summary>
    /// Whether the initial hidden states of the last run are all zero: then there is no R h at its first step, and nothing that dR gets from it. The same bits as with these zeros
    /// multiplied, as long as all numbers are finite.
    /// </summary>
    public bool StartsFromZero { get; set; }

    /// <summary>Whether the gradient of the initial hidden states is wanted: without, the way back ends at the first step's da, and <see cref="DH"/> is of no use then.</summary>
    public bool WantsInitialGradient { get; set; } = true;

    /// <summary>Room for the sums of a single sequence's step back: see <see cref="MatrixPanels.SumFloats"/>.</summary>
    public Span<float> Sums => _memory.Span.Slice(_sums, _sumFloats);

    /// <summary>Room for near panels of W, for training by one thread whose W is large: see <see cref="MatrixPanels"/>.</summary>
    public Span<float> Near => _shared is null ? [] : _shared.Span[.._nearFloats];

    /// <summary>Room for R's panels of the way forward, which the next layer overwrites with its own; none of a small R.</summary>
    public Span<float> SharedPanels => _shared is null ? [] : _shared.Span[^_panelFloats..];

    /// <summary>Whether the last run forward reads R's panels there.</summary>
    public bool UsesSharedPanels { get; set; }

    /// <summary>[rows, Slots x U], <see cref="Block.Apart"/> from each other: pre-activations, then activations, then their gradients.</summary>
    public ref float A => ref At(_a);

    /// <summary>[B + rows, S]: hidden states, the initial ones first; of a run whose output went elsewhere only these and the final ones.</summary>
    public ref float H => ref At(_h);

    /// <summary>
    /// Cell states, the initial ones first: [B + rows, U] when training, in inference [2, B, U], of which even and odd steps take turns: a run of two steps
    /// or more overwrites the initial ones.
    /// </summary>
    public ref float C => ref At(_c);

    /// <summary>The row of the cell state before step t of the first sequence.</summary>
    public int PreviousCell(Timeline timeline, int t) => IsForTraining ? timeline.PreviousState(t) : (t & 1) * timeline.Batch;

    /// <summary>The row of the cell state after step t of the first sequence.</summary>
    public int NextCell(Timeline timeline, int t) => IsForTraining ? timeline.NextState(t) : (~t & 1) * timeline.Batch;

    /// <summary>The row of the cell state after the last step of the sequence at sorted place b.</summary>
    public int FinalCell(Timeline timeline, int b) => IsForTraining ? timeline.FinalState(b) : (timeline.Length(b) & 1) * timeline.Batch + b;

    /// <summary>[rows, U]: what else the cell keeps (an LSTM: tanh c).</summary>
    public ref float Extra => ref At(_extra);

    /// <summary>[rows, U]: what the candidate's weights are multiplied with (r * h').</summary>
    public ref float Gated => ref At(_gated);

    /// <summary>[rows, U]: the cell's output before the projection.</summary>
    public ref float CellOutput => ref At(_cellOutput);

    /// <summary>[B, S]: the gradient of the hidden state, on its way back through time.</summary>
    public ref float DH => ref At(_dh);

    /// <summary>[B, U]: the gradient of the cell state.</summary>
    public ref float DC => ref At(_dc);

    /// <summary>[B, U]: the gradient of <see cref="Gated"/> at one step.</summary>
    public ref float DGated => ref At(_dGated);

    /// <summary>[B, U]: the gradient of <see cref="CellOutput"/> at one step.</summary>
    public ref float DCellOutput => ref At(_dCellOutput);

    /// <summary>[rows, S]: the gradient of the projected state at every step.</summary>
    public ref float DProjected => ref At(_dProjected);

    /// <summary>[Slots x U]: the sums of da, slot by slot.</summary>
    public ref float DBias => ref At(_dBias);

    /// <summary>[3, U]: the peepholes' gradients, gate by gate.</summary>
    public ref float DPeepholes => ref At(_dPeepholes);

    public void Dispose() => _memory.Dispose();

    private ref float At(int offset) => ref System.Runtime.CompilerServices.Unsafe.Add(ref _memory.Origin, offset);
}
