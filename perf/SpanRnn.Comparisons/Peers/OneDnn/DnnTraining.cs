using System.Diagnostics;
using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>The recurrent layers alone: forward, and backward from a given gradient to the input and every weight.</summary>
internal sealed class DnnTraining : IPrepared
{
    private readonly DnnEngine _engine;
    private readonly DnnForwardBackward[] _blocks;

    public DnnTraining(DnnEngine engine, Workload workload, WorkloadData data)
    {
        _engine = engine;
        List<DnnForwardBackward> blocks = [];
        foreach (DnnBlock block in DnnBlock.Of(workload)) blocks.Add(new DnnForwardBackward(engine, block, data, blocks.LastOrDefault()));
        _blocks = [.. blocks];
        data.X.CopyTo(_blocks[0].X.Span);
        data.OutputGradient.CopyTo(_blocks[^1].DY.Span);
    }

    public long WorkspaceBytes => _blocks.Sum(block => block.WorkspaceBytes);

    public float[] Check()
    {
        Call();
        return [.. _blocks[^1].Y.Span, .. _blocks[0].DX.Span, .. _blocks.SelectMany(block => block.Gradients.ToPyTorch())];
    }

    public double Run(int iterations)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < iterations; i++) Call();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        foreach (DnnForwardBackward block in _blocks) block.Dispose();
    }

    private void Call()
    {
        foreach (DnnForwardBackward block in _blocks) block.Forward();
        for (int b = _blocks.Length - 1; b >= 0; b--) _blocks[b].Backward();
        _engine.Wait();
    }
}
