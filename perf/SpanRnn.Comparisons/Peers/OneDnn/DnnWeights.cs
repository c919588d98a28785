using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>A block's weights in the layouts that one primitive wants, brought there once.</summary>
internal sealed class DnnWeights : IDisposable
{
    private readonly DnnMemory _w, _r, _b;

    public DnnWeights(DnnEngine engine, DnnBlock block, WorkloadData data, DnnPrimitive primitive)
    {
        CellKind kind = block.Workload.Kind;
        using DnnMemory w = block.W(engine, DnnTag.Ldgoi), r = block.R(engine, DnnTag.Ldgoi);
        block.Join(data, layer => GateOrder.Rows(kind, layer.W)).CopyTo(w.Span);
        block.Join(data, layer => GateOrder.Rows(kind, layer.R)).CopyTo(r.Span);
        (_w, _r, _b) = (primitive.Memory(engine, DnnSlot.W), primitive.Memory(engine, DnnSlot.R), primitive.Memory(engine, DnnSlot.B));
        engine.Reorder(w, _w);
        engine.Reorder(r, _r);
        block.Join(data, layer => GateOrder.Bias(kind, layer)).CopyTo(_b.Span);
    }

    public DnnArgument[] Arguments => [new(DnnSlot.W, _w), new(DnnSlot.R, _r), new(DnnSlot.B, _b)];

    public void Dispose()
    {
        _w.Dispose();
        _r.Dispose();
        _b.Dispose();
    }
}
