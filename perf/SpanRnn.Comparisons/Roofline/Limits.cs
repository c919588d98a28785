namespace SpanRnn.Comparisons.Roofline;

/// <summary>What this machine can do on a number of threads: measured, not looked up.</summary>
/// <param name="Peak">Floating-point operations per second, a multiply-add counting as two.</param>
/// <param name="Reads">Bytes per second by working set, sizes ascending.</param>
internal sealed record Limits(double Peak, IReadOnlyList<(long Bytes, double BytesPerSecond)> Reads)
{
    /// <summary>Read bandwidth at a working set, between measured sizes by the logarithm of the size.</summary>
    public double Bandwidth(long bytes)
    {
        if (bytes <= Reads[0].Bytes) return Reads[0].BytesPerSecond;
        for (int i = 1; i < Reads.Count; i++)
        {
            (long size, double speed) = Reads[i];
            if (bytes > size) continue;
            (long before, double speedBefore) = Reads[i - 1];
            double place = Math.Log((double)bytes / before) / Math.Log((double)size / before);
            return speedBefore + ((speed - speedBefore) * place);
        }

        return Reads[^1].BytesPerSecond;
    }
}
