namespace SpanRnn.Comparisons.Roofline;

/// <summary>A part of a workload that cannot take less than its operations at the multiply-add peak, nor than its reads at the bandwidth of what is read.</summary>
/// <param name="Operations">A multiply-add counts as two.</param>
/// <param name="Reads">Bytes that are read in all.</param>
/// <param name="Set">Bytes of what is read, again and again.</param>
internal readonly record struct RooflinePart(double Operations, long Reads, long Set)
{
    public double Seconds(Limits limits) => Math.Max(Arithmetic(limits), Reading(limits));

    public bool IsBoundByReads(Limits limits) => Reading(limits) > Arithmetic(limits);

    private double Arithmetic(Limits limits) => Operations / limits.Peak;

    private double Reading(Limits limits) => Reads == 0 ? 0 : Reads / limits.Bandwidth(Set);
}
