using System.Diagnostics;
using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OnnxRuntime;

/// <summary>
/// A session with two bindings: the states one writes are the states the other reads, so a stream of steps copies nothing. A sequence
/// uses the first binding alone and so starts from the same states each time.
/// </summary>
internal sealed unsafe class OrtPrepared : IPrepared
{
    private readonly void* _session;
    private readonly void*[] _bindings = new void*[2];
    private readonly Workload _workload;
    private readonly WorkloadData _data;
    private readonly OrtTensor _x, _y;
    private readonly OrtTensor[][] _h, _c;   // [side][layer]
    private int _side;

    public OrtPrepared(void* session, void* memoryInfo, Workload w, WorkloadData data)
    {
        _session = session;
        _workload = w;
        _data = data;
        _x = new OrtTensor(memoryInfo, w.Steps, w.Batch, w.Input);
        _y = new OrtTensor(memoryInfo, w.Steps, w.Directions, w.Batch, w.Hidden);
        _h = States(memoryInfo, w.Layers);
        _c = States(memoryInfo, w.Kind == CellKind.Lstm ? w.Layers : 0);
        data.X.CopyTo(_x.Span);
        for (int side = 0; side < 2; side++)
        {
            _bindings[side] = OrtApi.CreateBinding(session);
            OrtApi.BindInput(_bindings[side], "x", _x.Handle);
            OrtApi.BindOutput(_bindings[side], "y", _y.Handle);
            BindStates(side, "h", _h);
            BindStates(side, "c", _c);
        }

        Reset();
    }

    public float[] Check()
    {
        Reset();
        if (_workload.Mode == WorkMode.Step)
        {
            Run(Workload.CheckSteps);
            return [.. _h[_side].SelectMany(t => t.Span.ToArray()), .. _c[_side].SelectMany(t => t.Span.ToArray())];
        }

        OrtApi.Run(_session, _bindings[0]);
        return [.. JoinDirections(), .. _h[1].SelectMany(t => t.Span.ToArray()), .. _c[1].SelectMany(t => t.Span.ToArray())];
    }

    public double Run(int iterations)
    {
        long start = Stopwatch.GetTimestamp();
        if (_workload.Mode == WorkMode.Step)
        {
            for (int i = 0; i < iterations; i++)
            {
                OrtApi.Run(_session, _bindings[_side]);
                _side ^= 1;
            }
        }
        else
        {
            for (int i = 0; i < iterations; i++) OrtApi.Run(_session, _bindings[0]);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        foreach (void* binding in _bindings) OrtApi.ReleaseBinding(binding);
        OrtApi.ReleaseSession(_session);
        foreach (OrtTensor tensor in (OrtTensor[])[_x, _y, .. _h[0], .. _h[1], .. _c[0], .. _c[1]]) tensor.Dispose();
    }

    private OrtTensor[][] States(void* memoryInfo, int layers)
    {
        var states = new OrtTensor[2][];
        for (int side = 0; side < 2; side++)
        {
            states[side] = new OrtTensor[layers];
            for (int l = 0; l < layers; l++) states[side][l] = new OrtTensor(memoryInfo, _workload.Directions, _workload.Batch, _workload.Hidden);
        }

        return states;
    }

    private void BindStates(int side, string name, OrtTensor[][] states)
    {
        for (int l = 0; l < states[side].Length; l++)
        {
            OrtApi.BindInput(_bindings[side], $"{name}{l}", states[side][l].Handle);
            OrtApi.BindOutput(_bindings[side], $"{name}n{l}", states[side ^ 1][l].Handle);
        }
    }

    private void Reset()
    {
        _side = 0;
        Fill(_h[0], _data.H0);
        Fill(_c[0], _data.C0);
    }

    private static void Fill(OrtTensor[] states, float[] values)
    {
        for (int l = 0; l < states.Length; l++) values.AsSpan(l * states[l].Span.Length, states[l].Span.Length).CopyTo(states[l].Span);
    }

    /// <summary>[T,D,B,H] to PyTorch's [T,B,D*H].</summary>
    private float[] JoinDirections()
    {
        Workload w = _workload;
        float[] y = new float[_y.Span.Length];
        for (int t = 0; t < w.Steps; t++)
            for (int d = 0; d < w.Directions; d++)
                for (int b = 0; b < w.Batch; b++)
                    _y.Span.Slice(((((t * w.Directions) + d) * w.Batch) + b) * w.Hidden, w.Hidden)
                        .CopyTo(y.AsSpan(((((t * w.Batch) + b) * w.Directions) + d) * w.Hidden));
        return y;
    }
}
