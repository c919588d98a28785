using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>The gradients of a block's weights. oneDNN adds to what it finds there.</summary>
internal sealed class DnnGradients : IDisposable
{
    private readonly DnnEngine _engine;
    private readonly DnnBlock _block;
    private readonly DnnMemory _w, _r, _b;

    public DnnGradients(DnnEngine engine, DnnBlock block, DnnPrimitive backward)
    {
        (_engine, _block) = (engine, block);
        (_w, _r, _b) = (backward.Memory(engine, DnnSlot.DW), backward.Memory(engine, DnnSlot.DR), backward.Memory(engine, DnnSlot.DB));
    }

    public DnnArgument[] Arguments => [new(DnnSlot.DW, _w), new(DnnSlot.DR, _r), new(DnnSlot.DB, _b)];

    public void Clear()
    {
        _w.Span.Clear();
        _r.Span.Clear();
        _b.Span.Clear();
    }

    /// <summary>By layer and direction dW, dR and both biases', in PyTorch's order.</summary>
    public float[] ToPyTorch()
    {
        CellKind kind = _block.Workload.Kind;
        float[] w = Plain(_block.W(_engine, DnnTag.Ldgoi), _w), r = Plain(_block.R(_engine, DnnTag.Ldgoi), _r), b = _b.Span.ToArray();
        int parts = _block.Count * _block.Workload.Directions;
        return
        [
            .. Enumerable.Range(0, parts).SelectMany(i => (float[])
            [
                .. GateOrder.Rows(kind, Part(w, i)), .. GateOrder.Rows(kind, Part(r, i)), .. GateOrder.BiasGradients(kind, Part(b, i)),
            ]),
        ];

        float[] Part(float[] all, int i) => all.AsSpan(all.Length / parts * i, all.Length / parts).ToArray();
    }

    public void Dispose()
    {
        _w.Dispose();
        _r.Dispose();
        _b.Dispose();
    }

    private float[] Plain(DnnMemory plain, DnnMemory gradient)
    {
        using (plain)
        {
            _engine.Reorder(gradient, plain);
            return plain.Span.ToArray();
        }
    }
}
