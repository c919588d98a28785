using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SpanRnn.Formats;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

public sealed class SafetensorsReaderTests
{
    [Fact]
    public void A_file_written_by_hand_is_read()
    {
        byte[] bytes = Safetensors.Bytes(
            """{"__metadata__":{"kind":"LSTM","T":"6"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"n":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}  """,
            0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 7, 0, 0, 0, 0, 0, 0, 0);
        using SafetensorsReader reader = Safetensors.Open(bytes);

        Assert.Equal("LSTM", reader.Metadata["kind"]);
        Assert.Equal("6", reader.Metadata["T"]);
        Assert.Equal(2, reader.Metadata.Count);
        Assert.Equal(["w", "n"], reader.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([2L, 1L], reader.Find("w").Shape.ToArray());
        Assert.Equal([1f, -2f], reader.Floats("w"));
        Assert.Equal([7L], reader.Int64s("n"));
        Assert.Equal("'w' F32 [2, 1]", reader.Find("w").ToString());
    }

    [Theory]
    [InlineData("BOOL", new byte[] { 0, 1, 255 }, new[] { 0.0, 1, 1 })]
    [InlineData("U8", new byte[] { 0, 200 }, new[] { 0.0, 200 })]
    [InlineData("I8", new byte[] { 0x80, 0x7F }, new[] { -128.0, 127 })]
    [InlineData("U16", new byte[] { 0xFF, 0xFF, 1, 0 }, new[] { 65535.0, 1 })]
    [InlineData("I16", new byte[] { 0, 0x80, 2, 1 }, new[] { -32768.0, 258 })]
    [InlineData("U32", new byte[] { 0, 0, 0, 0x80 }, new[] { 2147483648.0 })]
    [InlineData("I32", new byte[] { 0, 0, 0, 0x80 }, new[] { -2147483648.0 })]
    [InlineData("U64", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0x80 }, new[] { 9223372036854775808.0 })]
    [InlineData("I64", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0x80 }, new[] { -9223372036854775808.0 })]
    [InlineData("F16", new byte[] { 0x00, 0x3C, 0x01, 0x00, 0xFF, 0x7B, 0x00, 0xFC }, new[] { 1.0, 5.9604644775390625e-8, 65504, double.NegativeInfinity })]
    [InlineData("BF16", new byte[] { 0x80, 0x3F, 0x49, 0xC0, 0x80, 0x7F }, new[] { 1.0, -3.140625, double.PositiveInfinity })]
    [InlineData("F32", new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0x80 }, new[] { 1.0, -0.0 })]
    [InlineData("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0xF8, 0x3F }, new[] { 1.5 })]
    public void Every_number_type_is_widened(string type, byte[] data, double[] expected)
    {
        using SafetensorsReader reader = Safetensors.Open(Safetensors.One(type, $"[{expected.Length}]", data));
        Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), reader.Doubles("a").Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(expected.Select(value => (float)value), reader.Floats("a"));
        Assert.Equal(data, reader.Raw("a"));
    }

    [Fact]
    public void Whole_numbers_are_read_exactly()
    {
        byte[] data = [.. Words(long.MinValue), .. Words(long.MaxValue), .. Words((1L << 53) + 1)];
        using SafetensorsReader reader = Safetensors.Open(Safetensors.One("I64", "[3]", data));
        Assert.Equal([long.MinValue, long.MaxValue, (1L << 53) + 1], reader.Int64s("a"));

        using SafetensorsReader truths = Safetensors.Open(Safetensors.One("BOOL", "[2]", 0, 1));
        Assert.Equal([0L, 1L], truths.Int64s("a"));
    }

    [Fact]
    public void Large_values_round_to_the_nearest_float_with_ties_to_even()
    {
        byte[] data = [.. Words((1L << 24) + 1), .. Words((1L << 24) + 3), .. Words(long.MaxValue)];
        using SafetensorsReader whole = Safetensors.Open(Safetensors.One("I64", "[3]", data));
        Assert.Equal([16777216f, 16777220f, 9223372036854775808f], whole.Floats("a"));

        double[] values = [0.1, 1e300, 1 + 1.0 / (1 << 24)];
        using SafetensorsReader floats = Safetensors.Open(Safetensors.One("F64", "[3]", MemoryMarshal.AsBytes<double>(values).ToArray()));
        Assert.Equal([0.1f, float.PositiveInfinity, 1f], floats.Floats("a"));
        Assert.Equal(values, floats.Doubles("a"));
    }

    [Fact]
    public void Every_bit_of_a_NaN_is_kept()
    {
        byte[] data = [1, 0, 0xA0, 0x7F, 2, 0, 0xC0, 0xFF];
        using SafetensorsReader reader = Safetensors.Open(Safetensors.One("F32", "[2]", data));
        Assert.Equal(data, MemoryMarshal.AsBytes<float>(reader.Floats("a")).ToArray());
    }

    [Fact]
    public void Empty_and_rank_0_and_unaligned_tensors_are_legal()
    {
        using SafetensorsReader reader = Safetensors.Open(Safetensors.Bytes(
            """{"y":{"dtype":"F64","shape":[1],"data_offsets":[1,9]},"e":{"dtype":"F32","shape":[3,0],"data_offsets":[1,1]},"x":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"z":{"dtype":"BOOL","shape":[0],"data_offsets":[9,9]}}""",
            [5, .. Words(BitConverter.DoubleToInt64Bits(2.5))]));
        Assert.Equal(["x", "e", "y", "z"], reader.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([5f], reader.Floats("x"));
        Assert.Equal(0, reader.Find("x").Rank);
        Assert.Equal(1, reader.Find("x").ElementCount);
        Assert.Empty(reader.Floats("e"));
        Assert.Equal([2.5], reader.Doubles("y"));
    }

    [Fact]
    public void A_file_without_tensors_is_legal()
    {
        using SafetensorsReader reader = Safetensors.Open(Safetensors.Bytes("{}"));
        Assert.Empty(reader.Tensors);
        Assert.Empty(reader.Metadata);
    }

    [Fact]
    public void Names_may_be_escaped_or_not_Latin()
    {
        using SafetensorsReader reader = Safetensors.Open(Safetensors.Bytes(
            """{"\u0061\"\ud83d\ude00é":{"d\u0074ype":"\u00558","shape":[1],"data_offsets":[0,1]}}""", 3));
        Assert.Equal([3f], reader.Floats("a\"\U0001F600é"));
    }

    [Fact]
    public void A_tensor_larger_than_the_buffer_is_read_in_pieces()
    {
        double[] values = [.. Enumerable.Range(0, 100_001).Select(i => i * 0.25)];
        using SafetensorsReader reader = Safetensors.Open(Safetensors.One("F64", "[100001]", MemoryMarshal.AsBytes<double>(values).ToArray()));
        Assert.Equal(values, reader.Doubles("a"));
        Assert.Equal(values.Select(value => (float)value), reader.Floats("a"));
    }

    [Fact]
    public void Rows_can_be_read_into_padded_memory()
    {
        using SafetensorsReader reader = Safetensors.Open(Safetensors.One("U8", "[2,3]", 1, 2, 3, 4, 5, 6));
        float[] padded = new float[8];
        for (int row = 0; row < 2; row++)
            reader.ReadFloats(reader.Find("a"), row * 3, padded.AsSpan(row * 4, 3));
        Assert.Equal([1, 2, 3, 0, 4, 5, 6, 0], padded);

        byte[] part = new byte[2];
        reader.ReadBytes(reader.Find("a"), 4, part);
        Assert.Equal([5, 6], part);
    }

    [Fact]
    public void The_door_checks_lengths_owners_and_disposal()
    {
        using SafetensorsReader other = Safetensors.Open(Safetensors.One("U8", "[2]", 1, 2));
        SafetensorsReader reader = Safetensors.Open(Safetensors.One("U8", "[2]", 1, 2));
        TensorInfo info = reader.Find("a");

        ArgumentException wrong = Assert.Throws<ArgumentException>(() => reader.ReadFloats(info, new float[3]));
        Assert.Contains("holds 3 elements, expected 2", wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => reader.ReadBytes(info, new byte[1]));
        Assert.Throws<ArgumentException>(() => reader.ReadFloats(other.Find("a"), new float[2]));
        Assert.Throws<ArgumentNullException>(() => reader.ReadFloats(null!, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadFloats(info, 1, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadFloats(info, -1, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadBytes(info, long.MaxValue, new byte[2]));
        Assert.False(reader.TryFind("b", out _));

        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.ReadFloats(info, new float[2]));
    }

    [Fact]
    public void The_stream_is_closed_exactly_when_it_was_handed_over()
    {
        foreach (byte[] bytes in new[] { Safetensors.Bytes("{}"), Safetensors.Bytes("[]") })
        {
            MemoryStream kept = new(bytes), given = new(bytes);
            Record.Exception(() => SafetensorsReader.Open(kept, leaveOpen: true).Dispose());
            Record.Exception(() => SafetensorsReader.Open(given).Dispose());
            Assert.True(kept.CanRead);
            Assert.False(given.CanRead);
        }
    }

    [Fact]
    public void A_file_may_start_in_the_middle_of_a_stream()
    {
        var stream = new MemoryStream([9, 9, 9, .. Safetensors.One("U8", "[1]", 4)]) { Position = 3 };
        using SafetensorsReader reader = SafetensorsReader.Open(stream);
        Assert.Equal([4f], reader.Floats("a"));
    }

    [Fact]
    public void A_path_is_opened_and_named_in_messages()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("model.safetensors");
        File.WriteAllBytes(path, Safetensors.One("U8", "[1]", 4));
        using (SafetensorsReader reader = SafetensorsReader.Open(path))
        {
            Assert.Equal([4f], reader.Floats("a"));
            ModelFileException error = Assert.Throws<ModelFileException>(() => reader.Find("b"));
            Assert.Equal(path, error.File);
            Assert.Equal($"{path}: has no tensor 'b'; it has 1: 'a'", error.Message);
        }
        Assert.Throws<FileNotFoundException>(() => SafetensorsReader.Open(folder.Path("absent")));
    }

    [Fact]
    public void Reading_again_allocates_nothing()
    {
        using SafetensorsReader reader = Safetensors.Open(Safetensors.One("F16", "[500]", new byte[1000]));
        TensorInfo info = reader.Find("a");
        float[] values = new float[500];
        Assert.Equal(0, Allocations.Of(() => reader.ReadFloats(info, values)));
    }

    private static byte[] Words(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
