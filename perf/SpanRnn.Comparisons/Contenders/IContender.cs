using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Contenders;

/// <summary>An engine in the comparison. Made for a fixed number of threads; lives through the whole run.</summary>
public interface IContender : IDisposable
{
    /// <summary>The column's heading. Variants of one peer begin with the peer's name (<see cref="Target.Peer"/>).</summary>
    string Name { get; }

    /// <summary>Version and settings, for the report.</summary>
    string Description { get; }

    /// <summary>The most memory the engine's process ever held, in bytes; 0 if unknown. For an engine in this process, this process's.</summary>
    long PeakResidentBytes => Memory.ResidentSet.Peak();

    bool Supports(Workload workload);

    /// <summary>Everything that happens once: copying and packing weights, planning memory, opening sessions.</summary>
    IPrepared Prepare(Workload workload, WorkloadData data);

    /// <summary>The tutorial's own run, or null if this engine cannot train.</summary>
    ITutorialRun? PrepareTutorial(TutorialTask task);
}
