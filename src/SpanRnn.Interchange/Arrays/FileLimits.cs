namespace SpanRnn.Interchange.Arrays;

/// <summary>How much memory a file may ask for.</summary>
internal static class FileLimits
{
    /// <summary>Bytes that are read at once.</summary>
    public const long LongestWhole = 1 << 30;

    /// <summary>
    /// What all entries of a zip may unpack to: 16 MiB, or 64 times the file's length if that is more. Trained weights do not shrink to an
    /// eighth; a bomb grows a thousandfold.
    /// </summary>
    public static long MostUnpacked(long fileLength) => Math.Max(16L << 20, 64 * fileLength);
}
