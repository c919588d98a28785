namespace SpanRnn.Interchange.Arrays;

/// <summary>How much memory a file may ask for.</summary>
/// <remarks>
/// Opening a model takes at most 32 MiB and 64 times the bytes that its file holds when unpacked: a number takes 2 bytes of JSON or 16-bit
/// floats, and up to 64 where a matrix of one column is padded to whole vectors.
/// </remarks>
internal static class FileLimits
{
    /// <summary>Bytes that are read at once.</summary>
    public const long LongestWhole = 1 << 30;

    /// <summary>Layers of a model: each takes a few pages, however small it is.</summary>
    public const int MostLayers = 256;

    /// <summary>
    /// What all entries of a zip may unpack to: 1 MiB, or 8 times the file's length if that is more. Trained weights do not shrink to an
    /// eighth; a bomb grows a thousandfold.
    /// </summary>
    public static long MostUnpacked(long fileLength) => Math.Max(1L << 20, 8 * fileLength);
}
