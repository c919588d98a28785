using System.Runtime.InteropServices;
using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

/// <summary>Files that PyTorch's own writer made, against a reading of them that shares no code with the reader.</summary>
public sealed class SafetensorsDataTests
{
    public static TheoryData<string> Files => DataFolder.Root is null
        ? []
        : [.. Directory.EnumerateFiles(DataFolder.Path("torch"), "*.safetensors").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [DataTheory("torch")]
    [MemberData(nameof(Files))]
    public void A_file_of_PyTorch_is_read(string name)
    {
        string path = DataFolder.Path("torch", name);
        byte[] bytes = File.ReadAllBytes(path);
        int length = (int)BitConverter.ToInt64(bytes);
        using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, length));
        using SafetensorsReader reader = SafetensorsReader.Open(path);

        int count = 0;
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                Assert.Equal(entry.Value.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!), reader.Metadata);
                continue;
            }
            count++;
            long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(number => number.GetInt64())];
            ReadOnlySpan<byte> data = bytes.AsSpan()[(8 + length + (int)offsets[0])..(8 + length + (int)offsets[1])];
            TensorInfo info = reader.Find(entry.Name);
            Assert.Equal(entry.Value.GetProperty("shape").EnumerateArray().Select(number => number.GetInt64()), info.Shape.ToArray());
            Assert.Equal(data, reader.Raw(entry.Name));
            if (entry.Value.GetProperty("dtype").GetString() == "F32")
                Assert.Equal(data, MemoryMarshal.AsBytes<float>(reader.Floats(entry.Name)));
            else
                Assert.Equal(MemoryMarshal.Cast<byte, long>(data), reader.Int64s(entry.Name));
        }
        Assert.Equal(count, reader.Tensors.Count);
    }

    [DataTheory("torch")]
    [MemberData(nameof(Files))]
    public void A_file_of_PyTorch_written_again_holds_the_same(string name)
    {
        using SafetensorsReader original = SafetensorsReader.Open(DataFolder.Path("torch", name));
        var writer = new SafetensorsWriter();
        foreach ((string key, string value) in original.Metadata)
            writer.Metadata[key] = value;
        foreach (TensorInfo info in original.Tensors)
            writer.Add(info.Name, info.Shape, info.DType, sink => sink.WriteBytes(original.Raw(info.Name)));

        using SafetensorsReader copy = Safetensors.Open(Safetensors.Written(writer));
        Assert.Equal(original.Metadata, copy.Metadata);
        Assert.Equal(original.Tensors.Select(info => info.ToString()), copy.Tensors.Select(info => info.ToString()));
        Assert.All(original.Tensors, info => Assert.Equal(original.Raw(info.Name), copy.Raw(info.Name)));
    }

    [DataFact("torch/legacy.pt", "torch/state_dict_lstm.pt")]
    public void A_file_of_another_format_is_refused()
    {
        Assert.Throws<ModelFileException>(() => SafetensorsReader.Open(DataFolder.Path("torch", "legacy.pt")));
        Assert.Throws<ModelFileException>(() => SafetensorsReader.Open(DataFolder.Path("torch", "state_dict_lstm.pt")));
    }
}
