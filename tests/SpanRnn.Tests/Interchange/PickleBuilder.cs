using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SpanRnn.Tests.Interchange;

/// <summary>Checkpoints made by hand, instruction by instruction, so that they can be what torch.save would never write.</summary>
internal sealed class PickleBuilder
{
    private readonly MemoryStream _pickle = new();

    public PickleBuilder() => Raw(0x80, 2);

    public byte[] Bytes => _pickle.ToArray();

    public PickleBuilder Raw(params byte[] bytes)
    {
        _pickle.Write(bytes);
        return this;
    }

    public PickleBuilder Raw(char opcode) => Raw((byte)opcode);

    public PickleBuilder Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text), length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Raw('X').Raw(length).Raw(utf8);
    }

    public PickleBuilder Int(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleBuilder Global(string module, string name) => Raw('c').Raw(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));

    public PickleBuilder Tuple(params ReadOnlySpan<long> values)
    {
        Raw('(');
        foreach (long value in values)
        {
            Int(value);
        }

        return Raw('t');
    }

    /// <summary>A call of <c>_rebuild_tensor_v2</c>.</summary>
    public PickleBuilder Tensor(string key, string type, long count, long offset, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2").Raw('(').Storage("torch", type, key, count).Int(offset).Tuple(shape).Tuple(strides)
            .Raw(0x89).Global("collections", "OrderedDict").Raw(')').Raw('R').Raw('t').Raw('R');

    /// <summary>A call of <c>_rebuild_tensor_v3</c>, which newer versions use for types without a storage of their own.</summary>
    public PickleBuilder TypedTensor(string key, string dtype, long bytes, long offset, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v3").Raw('(').Storage("torch.storage", "UntypedStorage", key, bytes).Int(offset).Tuple(shape).Tuple(strides)
            .Raw(0x89).Global("collections", "OrderedDict").Raw(')').Raw('R').Global("torch", dtype).Raw('t').Raw('R');

    public PickleBuilder Storage(string module, string type, string key, long count) =>
        Raw('(').Text("storage").Global(module, type).Text(key).Text("cpu").Int(count).Raw('t').Raw('Q');

    /// <summary>The archive of this pickle, ended by STOP, with a storage for each array.</summary>
    public byte[] Checkpoint(params byte[][] storages) => Archive(
        [("a/data.pkl", [.. Bytes, (byte)'.']), .. storages.Select((bytes, i) => ($"a/data/{i}", bytes)), ("a/version", "3\n"u8.ToArray())]);

    public static byte[] Archive((string Name, byte[] Bytes)[] entries, CompressionLevel level = CompressionLevel.NoCompression)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in entries)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A dictionary of tensors with one storage each, of float32.</summary>
    public static byte[] StateDict(params (string Name, long[] Shape, float[] Values)[] tensors)
    {
        PickleBuilder pickle = new PickleBuilder().Raw('}').Raw('(');
        for (int i = 0; i < tensors.Length; i++)
        {
            (string name, long[] shape, float[] values) = tensors[i];
            long[] strides = [.. shape.Select((_, d) => shape.Skip(d + 1).Aggregate(1L, (a, b) => a * b))];
            pickle.Text(name).Tensor($"{i}", "FloatStorage", values.Length, 0, shape, strides);
        }

        return pickle.Raw('u').Checkpoint([.. tensors.Select(tensor => Singles(tensor.Values))]);
    }

    public static byte[] Singles(params float[] values)
    {
        byte[] bytes = new byte[values.Length * 4];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), values[i]);
        }

        return bytes;
    }
}
