using System.Runtime.InteropServices;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Formats;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

public sealed class SafetensorsWriterTests
{
    [Fact]
    public void The_bytes_are_these()
    {
        var writer = new SafetensorsWriter();
        writer.Metadata["b"] = "2";
        writer.Metadata["a"] = "<é>";
        writer.Add("n", [], SafetensorsType.I64, sink => sink.Write([7L]));
        writer.Add("m", [2, 1], SafetensorsType.F32, sink => sink.Write([1f, -2f]));

        string json = """{"__metadata__":{"a":"<é>","b":"2"},"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"m":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]}}""";
        int length = (Encoding.UTF8.GetByteCount(json) + 7) / 8 * 8;
        byte[] header = [.. Encoding.UTF8.GetBytes(json), .. Enumerable.Repeat((byte)' ', length - Encoding.UTF8.GetByteCount(json))];
        byte[] expected = [(byte)length, 0, 0, 0, 0, 0, 0, 0, .. header, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0];
        Assert.Equal(expected, Safetensors.Written(writer));
        Assert.Equal(expected, Safetensors.Written(writer));
    }

    [Fact]
    public void A_file_without_tensors_is_written_and_read()
    {
        byte[] bytes = Safetensors.Written(new SafetensorsWriter());
        Assert.Equal("{}      ", Encoding.UTF8.GetString(bytes[8..]));
        Safetensors.Open(bytes).Dispose();
    }

    [Fact]
    public void Padded_rows_are_written_without_their_padding()
    {
        float[] padded = [float.NaN, 1, 2, 3, float.NaN, 4, 5, 6];
        var writer = new SafetensorsWriter();
        writer.Add("w", [2, 3], SafetensorsType.F32, sink => sink.WriteRows(padded.AsSpan(1), 2, 3, 4));
        writer.Add("v", [2, 2], SafetensorsType.F32, sink =>
        {
            sink.WriteRows(padded.AsSpan(1), 1, 2, 4);
            sink.WriteRows(padded.AsSpan(5, 2), 1, 2, 2);
        });
        writer.Add("e", [0, 3], SafetensorsType.F32, sink => sink.WriteRows([], 0, 3, 4));
        using SafetensorsReader reader = Safetensors.Open(Safetensors.Written(writer));
        Assert.Equal([1, 2, 3, 4, 5, 6], reader.Floats("w"));
        Assert.Equal([1, 2, 4, 5], reader.Floats("v"));
        Assert.Empty(reader.Floats("e"));
    }

    [Fact]
    public void Every_type_survives_the_round_trip_bit_for_bit() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().Two().ToArbitrary(), pair =>
        {
            (byte[] first, byte[] second) = pair;
            var writer = new SafetensorsWriter();
            var expected = new List<(string Name, SafetensorsType Type, byte[] Data)>();
            foreach (SafetensorsType type in Enum.GetValues<SafetensorsType>())
                foreach (byte[] source in new[] { first, second })
                {
                    byte[] data = source[..(source.Length / type.Size() * type.Size())];
                    expected.Add(($"{type}.{expected.Count}", type, data));
                    writer.Add(expected[^1].Name, [1, data.Length / type.Size()], type, sink =>
                    {
                        sink.WriteBytes(data.AsSpan(0, data.Length / 3));
                        sink.WriteBytes(data.AsSpan(data.Length / 3));
                    });
                }

            using SafetensorsReader reader = Safetensors.Open(Safetensors.Written(writer));
            Assert.Equal(expected.Select(tensor => tensor.Name), reader.Tensors.Select(tensor => tensor.Name));
            foreach ((string name, SafetensorsType type, byte[] data) in expected)
            {
                Assert.Equal(type, reader.Find(name).DType);
                Assert.Equal([1L, data.Length / type.Size()], reader.Find(name).Shape.ToArray());
                Assert.Equal(data, reader.Raw(name));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Numbers_survive_the_round_trip_bit_for_bit() =>
        Prop.ForAll<float[], double[], long[]>((floats, doubles, longs) =>
        {
            var writer = new SafetensorsWriter();
            writer.Add("f", [floats.Length], SafetensorsType.F32, sink => sink.Write(floats));
            writer.Add("u", [3], SafetensorsType.U8, sink => sink.Write(new byte[] { 1, 2, 255 }));
            writer.Add("d", [1, doubles.Length], SafetensorsType.F64, sink => sink.Write(doubles));
            writer.Add("l", [longs.Length, 1], SafetensorsType.I64, sink => sink.Write(longs));
            using SafetensorsReader reader = Safetensors.Open(Safetensors.Written(writer));
            Assert.Equal(MemoryMarshal.AsBytes<float>(floats), MemoryMarshal.AsBytes<float>(reader.Floats("f")));
            Assert.Equal(MemoryMarshal.AsBytes<double>(doubles), MemoryMarshal.AsBytes<double>(reader.Doubles("d")));
            Assert.Equal(longs, reader.Int64s("l"));
            Assert.Equal([1L, 2L, 255L], reader.Int64s("u"));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_survives_the_round_trip_or_is_refused_by_the_writer() =>
        Prop.ForAll<string, string>((key, value) =>
        {
            if (key is null || value is null)
                return;
            var writer = new SafetensorsWriter();
            writer.Metadata[key] = value;
            try
            {
                writer.Add(key, [1], SafetensorsType.U8, sink => sink.Write(new byte[] { 9 }));
                using SafetensorsReader reader = Safetensors.Open(Safetensors.Written(writer));
                Assert.Equal(value, reader.Metadata[key]);
                Assert.Equal([9f], reader.Floats(key));
            }
            catch (ArgumentException)
            {
                Assert.Contains(key + value, char.IsSurrogate);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Half_a_surrogate_pair_is_refused_because_it_could_not_be_read_back()
    {
        var writer = new SafetensorsWriter();
        Assert.Throws<ArgumentException>(() => writer.Add("\uD800", [1], SafetensorsType.U8, _ => { }));
        writer.Metadata["k"] = "\uDC00";
        Assert.Throws<ArgumentException>(() => writer.WriteTo(new MemoryStream()));
        writer.Metadata["k"] = null!;
        Assert.Throws<ArgumentNullException>(() => writer.WriteTo(new MemoryStream()));
    }

    [Fact]
    public void Declarations_are_checked()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", [1], SafetensorsType.U8, _ => { });
        Assert.Throws<ArgumentException>(() => writer.Add("a", [1], SafetensorsType.U8, _ => { }));
        Assert.Throws<ArgumentException>(() => writer.Add("__metadata__", [1], SafetensorsType.U8, _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add("b", [-1], SafetensorsType.U8, _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add("b", [1L << 32, 1L << 32], SafetensorsType.U8, _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add("b", [long.MaxValue], SafetensorsType.U8, _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Add("b", [1], (SafetensorsType)99, _ => { }));
        Assert.Throws<ArgumentNullException>(() => writer.Add("b", [1], SafetensorsType.U8, null!));
    }

    [Fact]
    public void A_source_must_write_its_type_and_its_count()
    {
        Assert.Contains("'a' F32 [2]: 4 bytes were written, expected 8", Fails(sink => sink.Write([1f])), StringComparison.Ordinal);
        Assert.Contains("12 bytes more make 12, expected 8", Fails(sink => sink.Write([1f, 2f, 3f])), StringComparison.Ordinal);
        Assert.Contains("was given elements of F64", Fails(sink => sink.Write([1.0])), StringComparison.Ordinal);
        Assert.Contains("8 bytes more make 16, expected 8", Fails(sink => { sink.Write([1f, 2f]); sink.WriteRows(new float[9], 2, 1, 1); }), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Written(sink => sink.WriteRows(new float[3], 2, 1, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Written(sink => sink.WriteRows(new float[3], 2, 2, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Written(sink => sink.WriteRows(new float[3], -1, 2, 2)));

        TensorSink? kept = null;
        Written(sink => { kept = sink; sink.Write([1f, 2f]); });
        Assert.Throws<InvalidOperationException>(() => kept!.Write([1f]));
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file_whole()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("model.safetensors");
        var writer = new SafetensorsWriter();
        writer.Add("a", [1], SafetensorsType.U8, sink => sink.Write(new byte[] { 1 }));
        writer.Save(path);
        byte[] old = File.ReadAllBytes(path);

        writer.Add("b", [1_000_000], SafetensorsType.U8, sink => sink.Write(new byte[999_999]));
        Assert.Throws<InvalidOperationException>(() => writer.Save(path));
        Assert.Equal(old, File.ReadAllBytes(path));
        Assert.Equal(["model.safetensors"], folder.Names);
    }

    [Fact]
    public void Swapping_reverses_each_word_for_machines_of_the_other_order()
    {
        foreach ((int word, byte[] expected) in new (int, byte[])[] { (1, [1, 2, 3, 4, 5, 6, 7, 8]), (2, [2, 1, 4, 3, 6, 5, 8, 7]), (4, [4, 3, 2, 1, 8, 7, 6, 5]), (8, [8, 7, 6, 5, 4, 3, 2, 1]) })
        {
            byte[] bytes = [1, 2, 3, 4, 5, 6, 7, 8];
            Elements.Swap(bytes, word);
            Assert.Equal(expected, bytes);
        }
    }

    private static string Fails(Action<TensorSink> source) => Assert.Throws<InvalidOperationException>(() => Written(source)).Message;

    private static void Written(Action<TensorSink> source)
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", [2], SafetensorsType.F32, source);
        Safetensors.Written(writer);
    }
}
