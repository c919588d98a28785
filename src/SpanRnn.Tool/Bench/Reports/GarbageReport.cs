namespace SpanRnn.Tool.Bench.Reports;

/// <summary>What the garbage-producing thread did while steps were measured beside it.</summary>
/// <param name="Seconds">It worked.</param>
/// <param name="MegabytesPerSecond">It allocated.</param>
/// <param name="Collections">Of the whole process meanwhile.</param>
/// <param name="FullCollections">Those of the oldest generation.</param>
/// <param name="PauseMilliseconds">In all, for which the collector stopped every thread.</param>
/// <param name="CollectionsWithout">Of the whole process while steps were measured without that thread.</param>
internal sealed record GarbageReport(
    double Seconds, double MegabytesPerSecond, int Collections, int FullCollections, double PauseMilliseconds, int CollectionsWithout);
