using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>A block in training: forward into a workspace, and backward from it. Both have the weights, each in the layout it asks for.</summary>
internal sealed class DnnForwardBackward : IDisposable
{
    private readonly DnnEngine _engine;
    private readonly DnnPrimitive _forward, _backward;
    private readonly DnnWeights _forwardWeights, _backwardWeights;
    private readonly DnnMemory _workspace;
    private readonly DnnMemory[] _states;   // initial ones and their gradients
    private readonly DnnArgument[] _forwardArguments, _backwardArguments;

    /// <param name="engine">The CPU.</param>
    /// <param name="block">The layers.</param>
    /// <param name="data">Weights.</param>
    /// <param name="below">The block whose outputs are this one's inputs, or null at the bottom.</param>
    public DnnForwardBackward(DnnEngine engine, DnnBlock block, WorkloadData data, DnnForwardBackward? below)
    {
        _engine = engine;
        _forward = block.Training(engine);
        _backward = block.Backward(engine, _forward);
        _forwardWeights = new DnnWeights(engine, block, data, _forward);
        _backwardWeights = new DnnWeights(engine, block, data, _backward);
        _workspace = _forward.Memory(engine, DnnSlot.Workspace);
        Gradients = new DnnGradients(engine, block, _backward);
        X = below?.Y ?? _forward.Memory(engine, DnnSlot.X);
        DX = below?.DY ?? _backward.Memory(engine, DnnSlot.DX);
        Y = _forward.Memory(engine, DnnSlot.Y);
        DY = _backward.Memory(engine, DnnSlot.DY);

        // Zeros, but given: 2.6.3 computes wrong gradients of R where the initial states are left out.
        DnnSlot[] states = block.Workload.Kind == CellKind.Lstm ? [DnnSlot.H, DnnSlot.C] : [DnnSlot.H];
        DnnSlot[] gradients = block.Workload.Kind == CellKind.Lstm ? [DnnSlot.DH, DnnSlot.DC] : [DnnSlot.DH];
        _states = [.. states.Concat(gradients).Select(slot => _backward.Memory(engine, slot))];
        DnnArgument[] common =
        [
            new(DnnSlot.X, X), new(DnnSlot.Y, Y), new(DnnSlot.Workspace, _workspace), .. states.Select((slot, i) => new DnnArgument(slot, _states[i])),
        ];
        _forwardArguments = [.. common, .. _forwardWeights.Arguments];
        _backwardArguments =
        [
            .. common, .. _backwardWeights.Arguments, new(DnnSlot.DY, DY), new(DnnSlot.DX, DX), .. Gradients.Arguments,
            .. gradients.Select((slot, i) => new DnnArgument(slot, _states[states.Length + i])),
        ];
    }

    public DnnMemory X { get; }

    public DnnMemory Y { get; }

    public DnnMemory DX { get; }

    public DnnMemory DY { get; }

    public DnnGradients Gradients { get; }

    public long WorkspaceBytes => (long)_workspace.Span.Length * sizeof(float);

    public void Forward() => _forward.Execute(_engine, _forwardArguments);

    public void Backward()
    {
        Gradients.Clear();
        _backward.Execute(_engine, _backwardArguments);
    }

    public void Dispose()
    {
        _forward.Dispose();
        _backward.Dispose();
        _forwardWeights.Dispose();
        _backwardWeights.Dispose();
        Gradients.Dispose();
        foreach (DnnMemory memory in (DnnMemory[])[X, Y, DX, DY, _workspace, .. _states]) memory.Dispose();
    }
}
