using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Roofline;

/// <summary>
/// A yardstick among the contenders: what bounds each part of a row, its reads or its multiply-adds, and nothing else. Taking its turn in every round it slows down with
/// the machine, where a limit measured at the start would not; and it lasts as long as the row does, where a limit is the best of some milliseconds.
/// </summary>
internal sealed class YardstickContender(Limits limits) : IContender
{
    public const string Heading = "limits";

    public string Name => Heading;

    public string Description => "limits: of each part of a row the weights' reads or the multiply-adds, whichever bounds it, and nothing else, in the same rounds";

    public bool Supports(Workload workload) => true;

    public IPrepared Prepare(Workload workload, WorkloadData data) => new YardstickPrepared(RooflineTime.Parts(workload), limits);

    public ITutorialRun? PrepareTutorial(TutorialTask task) => null;

    public void Dispose()
    {
    }
}
