using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>oneDNN's recurrent primitives on the CPU: inference, and the recurrent layers' own forward and backward.</summary>
internal sealed class DnnContender : IContender
{
    private readonly DnnEngine _engine;

    public DnnContender(int threads)
    {
        DnnLibrary.Load(threads);
        _engine = new DnnEngine();
        Description = $"oneDNN {DnnLibrary.VersionText}, C API, {DnnApi.InstructionSet()}, {DnnApi.Threads()} OpenMP thread(s); weights brought into the "
            + "primitives' layouts once, before the time begins (real training would at every step)";
    }

    public string Name => Target.OneDnn;

    public string Description { get; }

    public bool Supports(Workload workload) => workload.Mode is WorkMode.Step or WorkMode.Sequence or WorkMode.TrainRecurrent;

    /// <summary>For inference neither layout of the weights is the faster one everywhere, so both are tried.</summary>
    public IPrepared Prepare(Workload workload, WorkloadData data) => workload.Trains
        ? new DnnTraining(_engine, workload, data)
        : Faster.Of(new DnnInference(_engine, workload, data, DnnTag.Any), new DnnInference(_engine, workload, data, DnnTag.Ldigo));

    public ITutorialRun? PrepareTutorial(TutorialTask task) => null;

    public void Dispose() => _engine.Dispose();
}
