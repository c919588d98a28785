using SpanRnn.Formats;
using SpanRnn.Interchange.Arrays;

namespace SpanRnn.Interchange.Readers;

/// <summary>A named array of singles from a file, and the refusal of wrong shapes that all readers share.</summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="name">What the file calls the array.</param>
/// <param name="shape">The length of each dimension.</param>
/// <param name="values">In C order.</param>
internal sealed class WeightArray(string file, string name, int[] shape, float[] values)
{
    public string Name { get; } = name;

    public ReadOnlySpan<int> Shape => shape;

    public int Rank => shape.Length;

    public float[] Values { get; } = values;

    public string ShapeText => $"[{string.Join(", ", shape)}]";

    /// <summary>An array as a file holds it.</summary>
    /// <exception cref="ModelFileException">It has too many elements, or is no array of floats.</exception>
    public static WeightArray Of(string file, string name, NumberArray array)
    {
        if (array.Type is not (SafetensorsType.F16 or SafetensorsType.F32 or SafetensorsType.F64))
        {
            throw new ModelFileException(file, $"{ModelFileException.Quote(name)} {array}: weights are expected to be floats.");
        }

        foreach (long length in array.Shape)
        {
            if (length > int.MaxValue)
            {
                throw new ModelFileException(file, $"{ModelFileException.Quote(name)} {array}: a length is beyond {int.MaxValue}.");
            }
        }

        return new WeightArray(file, name, [.. array.Shape.ToArray().Select(length => (int)length)], array.ToSingles());
    }

    /// <summary>Refuses another shape than the expected one.</summary>
    /// <exception cref="ModelFileException">The message has both shapes and the likely cause.</exception>
    public WeightArray Expect(ReadOnlySpan<int> expected, string? cause = null) => Shape.SequenceEqual(expected)
        ? this
        : throw Refuse($"expected [{string.Join(", ", expected.ToArray())}], found {ShapeText}" + (cause is null ? "" : $": {cause}"));

    /// <summary>Refuses NaN and infinity, unless they are allowed.</summary>
    /// <exception cref="ModelFileException">An element is not finite; the message says which.</exception>
    public WeightArray CheckFinite(ImportOptions options)
    {
        for (int i = 0; i < Values.Length && !options.AllowNonFinite; i++)
        {
            if (!float.IsFinite(Values[i]))
            {
                throw Refuse($"element {i} is {Values[i]}; a model with such weights is refused unless AllowNonFinite is set");
            }
        }

        return this;
    }

    public ModelFileException Refuse(string reason) => new(file, $"{ModelFileException.Quote(Name)}: {reason}.");
}
