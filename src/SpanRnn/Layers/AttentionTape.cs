using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Memory;

namespace SpanRnn.Layers;

/// <summary>What attention remembers of a run: planned once from the largest source, target and batch, reused for any smaller one.</summary>
/// <remarks>
/// Encoder and decoder rows are packed, each in an order of its own; attention works on one sequence after the other, whose steps lie
/// together here. What belongs to the whole batch is indexed by the user's sequence b; the rest is room for one sequence at a time.
/// </remarks>
internal sealed class AttentionTape : IDisposable
{
    private readonly AttentionLayer _layer;
    private readonly Slab _memory;
    private readonly int _values, _keysAcross, _weights, _projectedKeys, _projectedQueries, _joined, _output, _queries, _context;
    private readonly int _valuesAcross, _keys, _dContext, _dWeights, _dQueries, _dKeys, _dValues, _dOutput, _dJoined, _dProjectedKeys,
        _dProjectedQueries, _dQueryInput, _dKeyInput;

    public AttentionTape(AttentionLayer layer, int maxSource, int maxTarget, int maxBatch, bool training)
    {
        (_layer, MaxSource, MaxTarget) = (layer, maxSource, maxTarget);
        Across = Block.Pad(maxSource);
        int k = Block.Pad(layer.KeySize), d = Block.Pad(layer.Units), q = Block.Pad(layer.QuerySize), joined = Block.Pad(layer.KeySize + layer.QuerySize);
        long sources = (long)maxBatch * maxSource, targets = (long)maxBatch * maxTarget;
        bool projectsKeys = layer.Kind != AttentionKind.Dot, projectsQueries = layer.Kind == AttentionKind.Additive;
        var plan = new ArenaPlan();
        _values = plan.Add(sources * k);
        _keysAcross = plan.Add((long)maxBatch * layer.Units * Across);
        _weights = plan.Add(targets * Across);
        _projectedKeys = plan.Add(projectsKeys ? sources * d : 0);
        _projectedQueries = plan.Add(projectsQueries ? targets * d : 0);
        _joined = plan.Add(targets * joined);
        _output = plan.Add(targets * q);
        _queries = plan.Add((long)maxTarget * d);
        _context = plan.Add((long)maxTarget * k);
        _keys = plan.Add((long)maxSource * d);
        if (training)
        {
            _valuesAcross = plan.Add((long)layer.KeySize * Across);
            _dContext = plan.Add((long)maxTarget * k);
            _dWeights = plan.Add((long)maxTarget * Across);
            _dQueries = plan.Add((long)maxTarget * d);
            _dKeys = plan.Add((long)maxSource * d);
            _dValues = plan.Add((long)maxSource * k);
            _dOutput = plan.Add(targets * q);
            _dJoined = plan.Add(targets * joined);
            _dProjectedKeys = plan.Add(projectsKeys ? sources * d : 0);
            _dProjectedQueries = plan.Add(projectsQueries ? targets * d : 0);
            _dKeyInput = plan.Add(projectsKeys ? sources * k : 0);
            _dQueryInput = plan.Add(projectsQueries ? targets * q : 0);
        }

        _memory = plan.Rent();
        Zeros.Reserve(Math.Max(Math.Max(Across, joined), Math.Max(k, Math.Max(d, q))));
    }

    public int MaxSource { get; }

    public int MaxTarget { get; }

    /// <summary>Floats of a row over the steps of a source.</summary>
    public int Across { get; }

    public long Bytes => _memory.Bytes;

    private int K => Block.Pad(_layer.KeySize);

    private int D => Block.Pad(_layer.Units);

    private int Q => Block.Pad(_layer.QuerySize);

    private int J => Block.Pad(_layer.KeySize + _layer.QuerySize);

    /// <summary>The encoder's outputs of sequence b, [S, K].</summary>
    public RowView Values(int b) => At(_values + b * MaxSource * K, MaxSource, K);

    /// <summary>What queries are compared with, [Units, S].</summary>
    public RowView KeysAcross(int b) => At(_keysAcross + b * _layer.Units * Across, _layer.Units, Across);

    /// <summary>The softmax of the scores, [T, S].</summary>
    public RowView Weights(int b) => At(_weights + b * MaxTarget * Across, MaxTarget, Across);

    /// <summary>Packed rows, as the encoder's.</summary>
    public RowView ProjectedKeys(int rows) => At(_projectedKeys, rows, D);

    public RowView DProjectedKeys(int rows) => At(_dProjectedKeys, rows, D);

    /// <summary>Packed rows, as the decoder's.</summary>
    public RowView ProjectedQueries(int rows) => At(_projectedQueries, rows, D);

    public RowView DProjectedQueries(int rows) => At(_dProjectedQueries, rows, D);

    public RowView DKeyInput(int rows) => At(_dKeyInput, rows, K);

    public RowView DQueryInput(int rows) => At(_dQueryInput, rows, Q);

    /// <summary>[c; h], packed rows.</summary>
    public RowView Joined(int rows) => At(_joined, rows, J);

    public RowView DJoined(int rows) => At(_dJoined, rows, J);

    /// <summary>tanh(W [c; h]), packed rows: what the head reads.</summary>
    public RowView Output(int rows) => At(_output, rows, Q);

    public RowView DOutput(int rows) => At(_dOutput, rows, Q);

    /// <summary>One sequence's: [T, Units], [T, K], [S, Units] and so on.</summary>
    public RowView Queries => At(_queries, MaxTarget, D);

    public RowView Context => At(_context, MaxTarget, K);

    public RowView Keys => At(_keys, MaxSource, D);

    public RowView ValuesAcross => At(_valuesAcross, _layer.KeySize, Across);

    public RowView DContext => At(_dContext, MaxTarget, K);

    public RowView DWeights => At(_dWeights, MaxTarget, Across);

    public RowView DQueries => At(_dQueries, MaxTarget, D);

    public RowView DKeys => At(_dKeys, MaxSource, D);

    public RowView DValues => At(_dValues, MaxSource, K);

    public void Dispose() => _memory.Dispose();

    private RowView At(int offset, int rows, int stride) => new(ref Unsafe.Add(ref _memory.Origin, offset), rows, stride);
}
