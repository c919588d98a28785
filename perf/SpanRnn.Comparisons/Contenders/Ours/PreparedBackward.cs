using System.Diagnostics;
using SpanRnn.Comparisons.Workloads;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Workers;

namespace SpanRnn.Comparisons.Contenders.Ours;

/// <summary>The recurrent layers alone: forward, and backward from a given gradient.</summary>
internal sealed class PreparedBackward : IPrepared
{
    private readonly Recurrent _layers;
    private readonly RecurrentTape _tape;
    private readonly ParameterSet _gradients;
    private readonly Workload _workload;
    private readonly WorkloadData _data;
    private readonly float[] _y, _dx;

    public PreparedBackward(Workload workload, WorkloadData data, WorkerTeam? team)
    {
        _layers = SpanRnnContender.Load(workload, data);
        _tape = _layers.Plan(workload.Steps, workload.Batch, training: true, team);
        _gradients = _layers.CreateGradients();
        (_workload, _data) = (workload, data);
        (_y, _dx) = (new float[workload.Steps * workload.Batch * _layers.OutputSize], new float[data.X.Length]);
    }

    public long WorkspaceBytes => _tape.Bytes;

    public float[] Check()
    {
        Step();
        return [.. _y, .. _dx, .. _gradients.Layout.Tensors.SelectMany(Copy)];

        float[] Copy(ParameterInfo tensor)
        {
            float[] values = new float[tensor.Count];
            _gradients[tensor.Name].CopyTo(values);
            return values;
        }
    }

    public double Run(int iterations)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < iterations; i++)
        {
            Step();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _tape.Dispose();
        _gradients.Dispose();
        _layers.Dispose();
    }

    private void Step()
    {
        _layers.Forward(_tape, _workload.Steps, _workload.Batch, [], _data.X, _data.H0, _data.C0, _y, [], []);
        _layers.Backward(_tape, _data.OutputGradient, [], [], _gradients, accumulate: false, _dx, [], []);
    }
}
