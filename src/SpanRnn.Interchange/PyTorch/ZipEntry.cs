namespace SpanRnn.Interchange.PyTorch;

/// <summary>One file of a zip archive, and where its bytes lie.</summary>
/// <param name="Name">Its path, with slashes.</param>
/// <param name="Offset">Its first byte in the archive's file, after the local header.</param>
/// <param name="Stored">Bytes that it takes in the archive.</param>
/// <param name="Length">Bytes that it has when unpacked.</param>
/// <param name="IsDeflated">Whether it is compressed; PyTorch's own are not.</param>
internal sealed record ZipEntry(string Name, long Offset, long Stored, long Length, bool IsDeflated);
