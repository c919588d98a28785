using System.Diagnostics.CodeAnalysis;

namespace SpanRnn.Formats;

/// <summary>
/// Named tensors of a file, whatever its format: a safetensors file, several of them behind an index, or a PyTorch checkpoint.
/// Tensors are read piece by piece into the caller's memory, so that loading a model needs no second copy of its file.
/// </summary>
/// <remarks>A file is for one thread at a time.</remarks>
public interface ITensorFile : IDisposable
{
    /// <summary>The file's path, or what the caller called the stream; every message starts with it.</summary>
    string Name { get; }

    /// <summary>Strings beside the tensors; empty when the file has none.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the file's order.</summary>
    IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="ModelFileException">The file has none; the message names some that it has.</exception>
    TensorInfo Find(string name);

    /// <summary>The tensor of that name, if the file has it.</summary>
    bool TryFind(string name, [NotNullWhen(true)] out TensorInfo? info);

    /// <summary>
    /// Reads part of a tensor as float32. F32, F16, BF16 and whole numbers up to 2^24 are exact; F64 and larger whole
    /// numbers round to the nearest, ties to even; truth values become 0 and 1.
    /// </summary>
    /// <param name="info">One of <see cref="Tensors"/>.</param>
    /// <param name="first">The first element to read, in C order.</param>
    /// <param name="destination">As many as are wanted; first + length is at most <see cref="TensorInfo.ElementCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the tensor.</exception>
    /// <exception cref="ArgumentException"><paramref name="info"/> is of another file.</exception>
    /// <exception cref="ModelFileException">The type is not converted, or the file has since become shorter.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    void ReadFloats(TensorInfo info, long first, Span<float> destination);

    /// <summary>
    /// Reads part of a tensor as float64: every float and whole numbers up to 2^53 are exact, larger ones round to the nearest.
    /// </summary>
    /// <inheritdoc cref="ReadFloats"/>
    void ReadDoubles(TensorInfo info, long first, Span<double> destination);

    /// <summary>Reads part of a tensor of whole numbers or truth values, exactly.</summary>
    /// <inheritdoc cref="ReadFloats"/>
    void ReadInt64s(TensorInfo info, long first, Span<long> destination);
}
