using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>
/// A block of inference with two sets of arguments: the states that one writes are the states that the other reads, so a stream of
/// steps copies nothing.
/// </summary>
internal sealed class DnnForward : IDisposable
{
    private readonly DnnEngine _engine;
    private readonly DnnBlock _block;
    private readonly WorkloadData _data;
    private readonly DnnPrimitive _primitive;
    private readonly DnnWeights _weights;
    private readonly DnnMemory[] _h, _c;   // by side
    private readonly DnnArgument[][] _arguments;

    /// <param name="engine">The CPU.</param>
    /// <param name="block">The layers.</param>
    /// <param name="data">Weights and states.</param>
    /// <param name="weights">The layout of the weights.</param>
    /// <param name="x">What the block below writes; the lowest has an input of its own.</param>
    public DnnForward(DnnEngine engine, DnnBlock block, WorkloadData data, DnnTag weights, DnnMemory? x)
    {
        (_engine, _block, _data) = (engine, block, data);
        _primitive = block.Inference(engine, weights);
        _weights = new DnnWeights(engine, block, data, _primitive);
        X = x ?? _primitive.Memory(engine, DnnSlot.X);
        Y = _primitive.Memory(engine, DnnSlot.Y);
        _h = [_primitive.Memory(engine, DnnSlot.H), _primitive.Memory(engine, DnnSlot.H)];
        _c = block.Workload.Kind == CellKind.Lstm ? [_primitive.Memory(engine, DnnSlot.C), _primitive.Memory(engine, DnnSlot.C)] : [];
        _arguments = [Arguments(0), Arguments(1)];
    }

    public DnnMemory X { get; }

    public DnnMemory Y { get; }

    /// <summary>The first side's states become the initial ones.</summary>
    public void Reset()
    {
        _block.States(_data.H0).CopyTo(_h[0].Span);
        if (_c.Length > 0) _block.States(_data.C0).CopyTo(_c[0].Span);
    }

    /// <summary>From the states of a side to those of the other.</summary>
    public void Execute(int side) => _primitive.Execute(_engine, _arguments[side]);

    public float[] H(int side) => _h[side].Span.ToArray();

    public float[] C(int side) => _c.Length == 0 ? [] : _c[side].Span.ToArray();

    public void Dispose()
    {
        _primitive.Dispose();
        _weights.Dispose();
        foreach (DnnMemory memory in (DnnMemory[])[X, Y, .. _h, .. _c]) memory.Dispose();
    }

    private DnnArgument[] Arguments(int side)
    {
        DnnArgument[] arguments = [new(DnnSlot.X, X), new(DnnSlot.H, _h[side]), .. _weights.Arguments, new(DnnSlot.Y, Y), new(DnnSlot.LastH, _h[side ^ 1])];
        return _c.Length == 0 ? arguments : [.. arguments, new(DnnSlot.C, _c[side]), new(DnnSlot.LastC, _c[side ^ 1])];
    }
}
