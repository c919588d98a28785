using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>
/// Layers that one primitive computes. oneDNN stacks layers itself where all read rows of one width; a first layer of another
/// width, and layers in two directions, are primitives of their own.
/// </summary>
internal sealed unsafe class DnnBlock(Workload workload, int first, int count)
{
    public Workload Workload => workload;

    /// <summary>Layers.</summary>
    public int Count => count;

    public static DnnBlock[] Of(Workload w)
    {
        if (w.Directions == 2) return [.. Enumerable.Range(0, w.Layers).Select(layer => new DnnBlock(w, layer, 1))];
        if (w.Input == w.Hidden || w.Layers == 1) return [new DnnBlock(w, 0, w.Layers)];
        return [new DnnBlock(w, 0, 1), new DnnBlock(w, 1, w.Layers - 1)];
    }

    public DnnPrimitive Inference(DnnEngine engine, DnnTag weights) => Create(engine, DnnPass.Inference, weights, null);

    public DnnPrimitive Training(DnnEngine engine) => Create(engine, DnnPass.Training, DnnTag.Any, null);

    public DnnPrimitive Backward(DnnEngine engine, DnnPrimitive training) => Create(engine, DnnPass.Backward, DnnTag.Any, training);

    public DnnMemory W(DnnEngine engine, DnnTag tag) =>
        DnnMemory.Of(engine, tag, count, workload.Directions, workload.InputOf(first), workload.Gates, workload.Hidden);

    public DnnMemory R(DnnEngine engine, DnnTag tag) =>
        DnnMemory.Of(engine, tag, count, workload.Directions, workload.Hidden, workload.Gates, workload.Hidden);

    /// <summary>This block's layers and directions, each made into numbers, one after another.</summary>
    public float[] Join(WorkloadData data, Func<LayerWeights, float[]> part) =>
        [.. data.Layers.Skip(first).Take(count).SelectMany(layer => layer.SelectMany(part))];

    /// <summary>This block's part of the states of all layers.</summary>
    public ReadOnlySpan<float> States(float[] all)
    {
        int size = workload.Directions * workload.Batch * workload.Hidden;
        return all.AsSpan(first * size, count * size);
    }

    private DnnPrimitive Create(DnnEngine engine, DnnPass pass, DnnTag weights, DnnPrimitive? forward)
    {
        Workload w = workload;
        long directions = w.Directions, hidden = w.Hidden;
        var x = DnnDescriptor.Of(DnnTag.Tnc, w.Steps, w.Batch, w.InputOf(first));
        var state = DnnDescriptor.Of(DnnTag.Ldnc, count, directions, w.Batch, hidden);
        var inputs = DnnDescriptor.Of(weights, count, directions, w.InputOf(first), w.Gates, hidden);
        var recurrent = DnnDescriptor.Of(weights, count, directions, hidden, w.Gates, hidden);
        var bias = DnnDescriptor.Of(DnnTag.Ldnc, count, directions, GateOrder.Biases(w.Kind), hidden);
        var y = DnnDescriptor.Of(DnnTag.Tnc, w.Steps, w.Batch, directions * hidden);
        DnnOperation operation;
        DnnCells.Describe(&operation, w.Kind, pass, w.Directions, new DnnTensors
        {
            X = &x,
            State = &state,
            W = &inputs,
            R = &recurrent,
            B = &bias,
            Y = &y,
            Final = pass == DnnPass.Inference ? &state : null,   // nobody reads them in training
        });
        return new DnnPrimitive(engine, &operation, forward);
    }
}
