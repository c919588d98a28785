using System.Buffers.Binary;
using System.Text.Json;

namespace SpanRnn.Tests.Twin;

/// <summary>
/// The tensors of one safetensors file, F32 and I64, widened to double. A second reader on purpose: the twin must not
/// inherit a mistake of the engine's.
/// </summary>
internal sealed class GoldenTensors
{
    private readonly Dictionary<string, double[]> tensors = [];

    public GoldenTensors(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        int data = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file[8..data].ToArray());
        foreach (JsonProperty tensor in header.RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__"))
        {
            JsonElement offsets = tensor.Value.GetProperty("data_offsets");
            tensors[tensor.Name] = Widened(
                tensor.Value.GetProperty("dtype").GetString(),
                file[(data + offsets[0].GetInt32())..(data + offsets[1].GetInt32())]);
        }
    }

    public double[] this[string name] => tensors[name];

    public double[]? Find(string name) => tensors.GetValueOrDefault(name);

    public int[]? FindIntegers(string name) => Find(name) is { } values ? [.. values.Select(value => (int)value)] : null;

    /// <summary>The tensors whose names start with any of the prefixes, under the rest of the name where <c>strip</c>.</summary>
    public Dictionary<string, double[]> Starting(bool strip, params string[] prefixes) =>
        (from pair in tensors
         let prefix = prefixes.FirstOrDefault(prefix => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
         where prefix is not null
         select (Name: strip ? pair.Key[prefix.Length..] : pair.Key, pair.Value)).ToDictionary(pair => pair.Name, pair => pair.Value);

    private static double[] Widened(string? dtype, ReadOnlySpan<byte> bytes)
    {
        int size = dtype switch { "F32" => 4, "I64" => 8, _ => throw new NotSupportedException($"dtype {dtype}") };
        double[] values = new double[bytes.Length / size];
        for (int k = 0; k < values.Length; k++)
        {
            ReadOnlySpan<byte> value = bytes[(k * size)..];
            values[k] = size == 4 ? BinaryPrimitives.ReadSingleLittleEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
        }

        return values;
    }
}
