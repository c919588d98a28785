using System.Diagnostics;
using SpanRnn.Comparisons.Workloads;
using SpanRnn.Layers;
using SpanRnn.Workers;

namespace SpanRnn.Comparisons.Contenders.Ours;

/// <summary>Whole sequences of inference.</summary>
internal sealed class PreparedSequence : IPrepared
{
    private readonly Recurrent _layers;
    private readonly RecurrentTape _tape;
    private readonly Workload _workload;
    private readonly WorkloadData _data;
    private readonly float[] _y, _hn, _cn;

    public PreparedSequence(Workload workload, WorkloadData data, WorkerTeam? team)
    {
        _layers = SpanRnnContender.Load(workload, data);
        _tape = _layers.Plan(workload.Steps, workload.Batch, training: false, team);
        (_workload, _data) = (workload, data);
        _y = new float[workload.Steps * workload.Batch * _layers.OutputSize];
        _hn = new float[workload.Batch * _layers.HiddenStateSize];
        _cn = new float[workload.Batch * _layers.CellStateSize];
    }

    public long WorkspaceBytes => _tape.Bytes;

    public float[] Check()
    {
        Forward();
        return [.. _y, .. _hn, .. _cn];
    }

    public double Run(int iterations)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < iterations; i++)
        {
            Forward();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _tape.Dispose();
        _layers.Dispose();
    }

    private void Forward() =>
        _layers.Forward(_tape, _workload.Steps, _workload.Batch, [], _data.X, _data.H0, _data.C0, _y, _hn, _cn);
}
