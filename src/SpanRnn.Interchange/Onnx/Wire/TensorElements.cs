using System.Numerics;
using System.Runtime.InteropServices;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Onnx.Wire;

/// <summary>The elements of a tensor message: raw bytes, the field of their type, or another file.</summary>
internal static class TensorElements
{
    private const int InAnotherFile = 1;

    public static OnnxElementType TypeOf(string file, TensorMessage tensor) => Enum.IsDefined((OnnxElementType)tensor.Element)
        ? (OnnxElementType)tensor.Element
        : throw Refuse(file, tensor, $"elements of type {tensor.Element}, which recurrent models do not use.");

    /// <summary>The sizes, whose product fits an array.</summary>
    public static int[] ShapeOf(string file, TensorMessage tensor)
    {
        long count = 1;
        bool isEmpty = tensor.Sizes.Contains(0);
        foreach (long size in tensor.Sizes)
        {
            if (size < 0 || size > Array.MaxLength || (!isEmpty && (count *= size) > Array.MaxLength))
            {
                throw Refuse(
                    file, tensor, $"expected sizes from 0 up whose product is at most {Array.MaxLength}, found {string.Join(", ", tensor.Sizes.Take(8))}.");
            }
        }

        return [.. tensor.Sizes.Select(size => (int)size)];
    }

    public static bool IsInteger(OnnxElementType type) => TypeInFile(type) is not (SafetensorsType.F16 or SafetensorsType.BF16 or SafetensorsType.F32 or SafetensorsType.F64);

    public static T[] Read<T>(string file, string? folder, TensorMessage tensor, OnnxElementType type, int count) where T : unmanaged, INumberBase<T>
    {
        long length = (long)count * TypeInFile(type).Word();
        if (tensor.Location == InAnotherFile)
        {
            return Convert<T>(type, ExternalData.Read(file, folder, tensor, length), count);
        }

        if (tensor.Raw.Length > 0)
        {
            CheckCount(file, tensor, tensor.Raw.Length, length, "raw bytes");
            if (type == OnnxElementType.Float && typeof(T) == typeof(float) && BitConverter.IsLittleEndian)
            {
                // The usual case, without a copy between.
                return MemoryMarshal.Cast<byte, T>(tensor.Raw.Span).ToArray();
            }

            return Convert<T>(type, tensor.Raw.ToByteArray(), count);
        }

        return type switch
        {
            OnnxElementType.Float => Listed<float, T>(file, tensor, tensor.Floats, count),
            OnnxElementType.Double => Listed<double, T>(file, tensor, tensor.Doubles, count),
            OnnxElementType.Int64 => Listed<long, T>(file, tensor, tensor.Longs, count),
            OnnxElementType.Float16 => Listed<Half, T>(file, tensor, tensor.Words.Select(word => BitConverter.UInt16BitsToHalf((ushort)word)), count, tensor.Words.Count),
            OnnxElementType.BFloat16 => Listed<float, T>(file, tensor, tensor.Words.Select(word => BitConverter.Int32BitsToSingle(word << 16)), count, tensor.Words.Count),
            _ => Listed<int, T>(file, tensor, tensor.Words, count),
        };
    }

    public static ModelFileException Refuse(string file, TensorMessage tensor, string reason) =>
        new(file, $"tensor {ModelFileException.Quote(tensor.Name)}: {reason}");

    private static T[] Convert<T>(OnnxElementType type, byte[] bytes, int count) where T : unmanaged, INumberBase<T>
    {
        var elements = new T[count];
        Elements.Convert(TypeInFile(type), bytes, (Span<T>)elements);
        return elements;
    }

    private static T[] Listed<TFrom, T>(string file, TensorMessage tensor, IList<TFrom> from, int count)
        where TFrom : INumberBase<TFrom>
        where T : INumberBase<T> => Listed<TFrom, T>(file, tensor, from, count, from.Count);

    private static T[] Listed<TFrom, T>(string file, TensorMessage tensor, IEnumerable<TFrom> from, int count, int found)
        where TFrom : INumberBase<TFrom>
        where T : INumberBase<T>
    {
        CheckCount(file, tensor, found, count, "elements");
        var elements = new T[count];
        int i = 0;
        foreach (TFrom element in from)
        {
            elements[i++] = T.CreateChecked(element);
        }

        return elements;
    }

    private static void CheckCount(string file, TensorMessage tensor, long found, long expected, string what)
    {
        if (found != expected)
        {
            throw Refuse(file, tensor, $"expected {expected} {what} for the shape [{string.Join(", ", tensor.Sizes)}], found {found}.");
        }
    }

    /// <summary>The same layout under safetensors' name, whose conversions serve here too.</summary>
    private static SafetensorsType TypeInFile(OnnxElementType type) => type switch
    {
        OnnxElementType.Float => SafetensorsType.F32,
        OnnxElementType.UInt8 => SafetensorsType.U8,
        OnnxElementType.Int8 => SafetensorsType.I8,
        OnnxElementType.UInt16 => SafetensorsType.U16,
        OnnxElementType.Int16 => SafetensorsType.I16,
        OnnxElementType.Int32 => SafetensorsType.I32,
        OnnxElementType.Int64 => SafetensorsType.I64,
        OnnxElementType.Bool => SafetensorsType.Bool,
        OnnxElementType.Float16 => SafetensorsType.F16,
        OnnxElementType.Double => SafetensorsType.F64,
        _ => SafetensorsType.BF16,
    };
}
