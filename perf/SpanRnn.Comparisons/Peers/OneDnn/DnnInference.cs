using System.Diagnostics;
using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>A stream of steps, or whole sequences that start from the same states each time.</summary>
internal sealed class DnnInference : IPrepared
{
    private readonly DnnEngine _engine;
    private readonly Workload _workload;
    private readonly DnnForward[] _blocks;
    private readonly DnnTag _weights;
    private int _side;

    public DnnInference(DnnEngine engine, Workload workload, WorkloadData data, DnnTag weights)
    {
        (_engine, _workload, _weights) = (engine, workload, weights);
        List<DnnForward> blocks = [];
        foreach (DnnBlock block in DnnBlock.Of(workload)) blocks.Add(new DnnForward(engine, block, data, weights, blocks.LastOrDefault()?.Y));
        _blocks = [.. blocks];
        data.X.CopyTo(_blocks[0].X.Span);
        Reset();
    }

    public string Choice => _weights == DnnTag.Any ? "the weights' layout that the primitive asks for" : "weights as plain matrices (ldigo)";

    public float[] Check()
    {
        Reset();
        bool step = _workload.Mode == WorkMode.Step;
        for (int i = 0; i < (step ? Workload.CheckSteps : 1); i++) Call();
        int last = step ? _side : 1;
        return [.. step ? [] : _blocks[^1].Y.Span.ToArray(), .. _blocks.SelectMany(block => block.H(last)), .. _blocks.SelectMany(block => block.C(last))];
    }

    public double Run(int iterations)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < iterations; i++) Call();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        foreach (DnnForward block in _blocks) block.Dispose();
    }

    private void Call()
    {
        foreach (DnnForward block in _blocks) block.Execute(_side);
        _engine.Wait();
        if (_workload.Mode == WorkMode.Step) _side ^= 1;
    }

    private void Reset()
    {
        _side = 0;
        foreach (DnnForward block in _blocks) block.Reset();
    }
}
