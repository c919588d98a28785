using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OnnxRuntime;

/// <summary>ONNX Runtime on the CPU: inference only.</summary>
internal sealed unsafe class OrtContender : IContender
{
    private readonly void* _env;
    private readonly void* _memoryInfo;
    private readonly void* _options;

    public OrtContender(int threads)
    {
        OrtApi.Load();
        _env = OrtApi.CreateEnv();
        _memoryInfo = OrtApi.CreateCpuMemoryInfo();
        _options = OrtApi.CreateSessionOptions(threads);
        Description = $"ONNX Runtime {OrtApi.VersionText}, C API, bound inputs and outputs, {threads} intra-op thread(s), "
            + (threads == 1 ? "spinning off" : "spinning on");
    }

    public string Name => Target.OnnxRuntime;

    public string Description { get; }

    public bool Supports(Workload workload) => !workload.Trains;

    public IPrepared Prepare(Workload workload, WorkloadData data)
    {
        void* session = OrtApi.CreateSession(_env, OnnxModel.Build(workload, data), _options);
        return new OrtPrepared(session, _memoryInfo, workload, data);
    }

    public ITutorialRun? PrepareTutorial(TutorialTask task) => null;

    public void Dispose()
    {
        OrtApi.ReleaseSessionOptions(_options);
        OrtApi.ReleaseMemoryInfo(_memoryInfo);
        OrtApi.ReleaseEnv(_env);
    }
}
