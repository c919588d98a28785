using System.Buffers.Binary;
using System.Text;
using SpanRnn.Formats;

namespace SpanRnn.Tests.Formats;

/// <summary>Files made by hand, without the writer, so that reader and writer cannot agree on the same mistake.</summary>
internal static class Safetensors
{
    /// <summary>Length, header, data.</summary>
    public static byte[] Bytes(string header, params byte[] data) => Bytes(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Bytes(byte[] header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    /// <summary>One tensor named "a" whose offsets cover the data.</summary>
    public static byte[] One(string type, string shape, params byte[] data) =>
        Bytes($$$"""{"a":{"dtype":"{{{type}}}","shape":{{{shape}}},"data_offsets":[0,{{{data.Length}}}]}}""", data);

    public static SafetensorsReader Open(byte[] bytes) => SafetensorsReader.Open(new MemoryStream(bytes), "test.safetensors");

    public static byte[] Written(SafetensorsWriter writer)
    {
        var stream = new MemoryStream();
        writer.WriteTo(stream);
        return stream.ToArray();
    }

    public static float[] Floats(this SafetensorsReader reader, string name)
    {
        TensorInfo info = reader.Find(name);
        float[] values = new float[info.ElementCount];
        reader.ReadFloats(info, values);
        return values;
    }

    public static double[] Doubles(this SafetensorsReader reader, string name)
    {
        TensorInfo info = reader.Find(name);
        double[] values = new double[info.ElementCount];
        reader.ReadDoubles(info, values);
        return values;
    }

    public static long[] Int64s(this SafetensorsReader reader, string name)
    {
        TensorInfo info = reader.Find(name);
        long[] values = new long[info.ElementCount];
        reader.ReadInt64s(info, values);
        return values;
    }

    public static byte[] Raw(this SafetensorsReader reader, string name)
    {
        TensorInfo info = reader.Find(name);
        byte[] values = new byte[info.ByteLength];
        reader.ReadBytes(info, values);
        return values;
    }
}
