using System.Numerics;
using SpanRnn.Formats;
using SpanRnn.Interchange.Onnx.Wire;
using SpanRnn.Interchange.Readers;

namespace SpanRnn.Interchange.Onnx;

/// <summary>An array of an ONNX file: a model's constant, or a recorded input or output (<c>.pb</c>).</summary>
/// <remarks>Shape and bytes are checked against each other before anything is converted.</remarks>
public sealed class OnnxTensor
{
    private readonly TensorMessage _message;
    private readonly string _file;
    private readonly string? _folder;

    internal OnnxTensor(TensorMessage message, string file, string? folder)
    {
        (_message, _file, _folder) = (message, file, folder);
        Name = message.Name;
        Type = TensorElements.TypeOf(file, message);
        Shape = TensorElements.ShapeOf(file, message);
        Count = Shape.Aggregate(1, (count, size) => count * size);
    }

    /// <summary>The name in the graph; may be empty.</summary>
    public string Name { get; }

    /// <summary>How the file holds an element.</summary>
    public OnnxElementType Type { get; }

    /// <summary>The sizes, from the slowest to the fastest axis; empty for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The product of the sizes.</summary>
    public int Count { get; }

    /// <summary>Reads a file that holds one tensor, as the ONNX project's test data do.</summary>
    /// <exception cref="ModelFileException">The file is malformed; the message names what is wrong.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static OnnxTensor Load(string path)
    {
        using FileProbe file = FileProbe.Open(path);
        return new(WireReader.Tensor(path, file.ReadAll()), path, Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>The elements as floats, in row-major order, rounded to the nearest where a float cannot hold them.</summary>
    /// <exception cref="ModelFileException">There are more or fewer elements than the shape says, or they lie in another file that is not there.</exception>
    public float[] ToFloats() => Elements<float>();

    /// <summary>The elements as integers, in row-major order.</summary>
    /// <exception cref="ModelFileException">They are not integers, or <see cref="ToFloats"/>'s reasons.</exception>
    public long[] ToIntegers() => TensorElements.IsInteger(Type)
        ? Elements<long>()
        : throw new ModelFileException(_file, $"tensor {ModelFileException.Quote(Name)}: expected integers, found {Type}.");

    /// <summary>The shape as text: [4, 5].</summary>
    internal string ShapeText => $"[{string.Join(", ", Shape)}]";

    private T[] Elements<T>() where T : unmanaged, INumberBase<T> => TensorElements.Read<T>(_file, _folder, _message, Type, Count);
}
