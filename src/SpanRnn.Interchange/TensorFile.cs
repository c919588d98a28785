using SpanRnn.Formats;
using SpanRnn.Interchange.PyTorch;
using SpanRnn.Interchange.Readers;

namespace SpanRnn.Interchange;

/// <summary>Opens a file of named tensors of any kind: safetensors, an index of several, or a PyTorch checkpoint.</summary>
public static class TensorFile
{
    /// <summary>Opens a file; its kind is told from its content, not from its name. Our own int8 weights are there as float32.</summary>
    /// <param name="path">The file.</param>
    /// <param name="entry">For a checkpoint: the keys that lead to the wanted state dict, joined by dots; null to find it.</param>
    /// <exception cref="ModelFileException">The file is of another kind, or malformed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static ITensorFile Open(string path, string? entry = null)
    {
        bool isIndex, isCheckpoint;
        using (FileProbe probe = FileProbe.Open(path))
        {
            isIndex = IsIndex(probe);
            isCheckpoint = probe.Kind == FileKind.Zip || IsPickle(probe);
        }

        return isIndex ? ShardedSafetensors.Open(path) : isCheckpoint ? PyTorchFile.Open(path, entry) : WidenedFile.Of(SafetensorsReader.Open(path));
    }

    /// <summary>Whether it is an index of safetensors files.</summary>
    internal static bool IsIndex(FileProbe file) => file.Kind == FileKind.Json && file.JsonNames.Contains("weight_map");

    /// <summary>Whether it is a torch.save archive, or one that PyTorch wrote otherwise.</summary>
    internal static bool IsCheckpoint(FileProbe file) => file.Kind == FileKind.Zip
        ? file.ZipNames.Any(name => name is "data.pkl" or "constants.pkl"
            || name.EndsWith("/data.pkl", StringComparison.Ordinal) || name.EndsWith("/constants.pkl", StringComparison.Ordinal))
        : IsPickle(file);

    // PROTO and a protocol; a safetensors file whose header has such a length is told before.
    private static bool IsPickle(FileProbe file) => file.Kind == FileKind.Other && file.Start.Span is [0x80, >= 2 and <= 5, ..];
}
