using System.Diagnostics;
using SpanRnn.Comparisons.Workloads;
using SpanRnn.Layers;
using SpanRnn.Workers;

namespace SpanRnn.Comparisons.Contenders.Ours;

/// <summary>One step for each call, the session carries the state.</summary>
internal sealed class PreparedStep : IPrepared
{
    private readonly Recurrent _layers;
    private readonly RecurrentSession _session;
    private readonly float[] _x, _y;
    private readonly WorkloadData _data;

    public PreparedStep(Workload workload, WorkloadData data, WorkerTeam? team)
    {
        _layers = SpanRnnContender.Load(workload, data);
        _session = _layers.CreateSession(team);
        (_x, _y, _data) = (data.X, new float[workload.Hidden], data);
        _session.CopyStateFrom(data.H0, data.C0);
    }

    public float[] Check()
    {
        for (int step = 0; step < Workload.CheckSteps; step++)
        {
            _session.Step(_x, _y);
        }

        float[] h = new float[_layers.HiddenStateSize], c = new float[_layers.CellStateSize];
        _session.CopyStateTo(h, c);
        _session.CopyStateFrom(_data.H0, _data.C0);
        return [.. h, .. c];
    }

    public double Run(int iterations)
    {
        RecurrentSession session = _session;
        ReadOnlySpan<float> x = _x;
        Span<float> y = _y;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < iterations; i++)
        {
            session.Step(x, y);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _session.Dispose();
        _layers.Dispose();
    }
}
