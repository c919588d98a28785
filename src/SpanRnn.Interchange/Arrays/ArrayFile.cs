using SpanRnn.Formats;

namespace SpanRnn.Interchange.Arrays;

/// <summary>Reads a recorded array from any file that holds one: .npy, an array of an .npz, a tensor of safetensors or of a checkpoint, or .csv.</summary>
public static class ArrayFile
{
    /// <summary>Reads an array.</summary>
    /// <param name="path">
    /// The file; for one of several arrays, <c>FILE:NAME</c>. A file of one array needs no name.
    /// </param>
    /// <exception cref="ModelFileException">The file is malformed, or has no such array; the message names those that it has.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static NumberArray Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string? name = null;
        if (!File.Exists(path) && path.LastIndexOf(':') is > 1 and int at && File.Exists(path[..at]))
        {
            (path, name) = (path[..at], path[(at + 1)..]);
        }

        Span<byte> start = stackalloc byte[16];
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }

        if (NpyFile.IsNpy(start))
        {
            return name is null ? NpyFile.Read(path) : throw new ModelFileException(path, $"holds one array without a name, not {ModelFileException.Quote(name)}.");
        }

        bool isZip = start.StartsWith("PK"u8), isTensors = start is [_, _, _, _, _, _, _, _, (byte)'{', ..] || start is [0x80, ..];
        if (isZip && IsNpz(path))
        {
            using NpzFile file = NpzFile.Open(path);
            return file.Read(name ?? Only(path, file.Names));
        }

        if (isZip || isTensors)
        {
            using ITensorFile file = TensorFile.Open(path);
            return Tensor(file, name ?? Only(path, [.. file.Tensors.Select(tensor => tensor.Name)]));
        }

        return name is null ? CsvFile.Read(path) : throw new ModelFileException(path, $"is text without names, so it has no {ModelFileException.Quote(name)}.");
    }

    private static bool IsNpz(string path)
    {
        using Readers.FileProbe probe = Readers.FileProbe.Open(path);
        return !TensorFile.IsCheckpoint(probe);
    }

    private static NumberArray Tensor(ITensorFile file, string name)
    {
        TensorInfo info = file.Find(name);
        if (info.ElementCount > FileLimits.LongestWhole / sizeof(double))
        {
            throw new ModelFileException(file.Name, $"tensor {info} has more than {FileLimits.LongestWhole / sizeof(double)} elements.");
        }

        if (info.DType.IsWhole())
        {
            long[] whole = new long[info.ElementCount];
            file.ReadInt64s(info, 0, whole);
            return Of(SafetensorsType.I64, info, System.Runtime.InteropServices.MemoryMarshal.AsBytes(whole.AsSpan()));
        }

        double[] values = new double[info.ElementCount];
        file.ReadDoubles(info, 0, values);
        return Of(SafetensorsType.F64, info, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static NumberArray Of(SafetensorsType type, TensorInfo info, ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        Elements.SwapOnBigEndian(copy, type.Word());
        return new NumberArray(type, info.Shape.ToArray(), copy);
    }

    private static string Only(string path, IReadOnlyList<string> names) => names is [string only]
        ? only
        : throw new ModelFileException(
            path, $"holds {names.Count} arrays: say which, as {Path.GetFileName(path)}:NAME. "
            + (names.Count == 0 ? "It has none." : $"It has {string.Join(", ", names.Take(8).Select(ModelFileException.Quote))}{(names.Count > 8 ? ", ..." : "")}."));
}
