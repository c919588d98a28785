using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Roofline;

/// <summary>
/// A yardstick among the contenders: a step's weights read once and nothing else. Taking its turn in every round it slows down with the
/// machine, where a limit measured at the start would not.
/// </summary>
internal sealed class ReadContender : IContender
{
    public const string Heading = "weights read";

    public string Name => Heading;

    public string Description => "weights read: the bytes of the step's weights summed once, in the same rounds";

    public bool Supports(Workload workload) => workload.Mode == WorkMode.Step;

    public IPrepared Prepare(Workload workload, WorkloadData data) => new ReadPrepared(workload.RecurrentWeights * sizeof(float));

    public ITutorialRun? PrepareTutorial(TutorialTask task) => null;

    public void Dispose()
    {
    }
}
