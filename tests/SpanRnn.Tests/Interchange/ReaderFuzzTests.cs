using System.IO.Compression;
using System.Text;
using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Interchange.Arrays;
using SpanRnn.Interchange.Writers;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Tests.Laws;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>Whatever the bytes: a model is read, or the file is refused with <see cref="ModelFileException"/>, and all memory comes back.</summary>
[Collection(Alone.Name)]
public sealed class ReaderFuzzTests
{
    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["rtneural"] = RtNeural(),
        ["guitarml"] = GuitarMl(),
        ["nam"] = Nam(),
        ["npz"] = KerasArraysTests.Bytes("npz", Arrays()),
        ["deflated"] = KerasArraysTests.Bytes("deflated", Arrays()),
        ["safetensors"] = KerasArraysTests.Bytes("safetensors", Arrays()),
    };

    public static TheoryData<string> Formats => [.. Files.Keys];

    public static TheoryData<string> JsonFormats => ["rtneural", "guitarml", "nam"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_cut_at_any_length_is_refused(string format)
    {
        using var disk = new FuzzedFile();
        byte[] bytes = Files[format];
        Assert.True(disk.IsRead(bytes), "the whole file is read");
        int end = format is "guitarml" or "nam" ? bytes.AsSpan().LastIndexOf((byte)'}') : bytes.Length; // white space may follow
        for (int length = 0; length < end; length++)
        {
            Assert.False(disk.IsRead(bytes.AsSpan(0, length)), $"{length} bytes of {bytes.Length}");
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_with_any_byte_changed_is_read_or_refused(string format)
    {
        using var disk = new FuzzedFile();
        byte[] bytes = [.. Files[format]];
        int outstanding = SlabPool.Outstanding;
        byte[] others = Encoding.ASCII.GetBytes("\0\"{[}],-9e");
        for (int at = 0; at < bytes.Length; at++)
        {
            byte original = bytes[at];
            bytes[at] = (byte)(original ^ (1 << (at % 8)));
            disk.IsRead(bytes);
            bytes[at] = at % 2 == 0 ? others[at / 2 % others.Length] : (byte)~original;
            disk.IsRead(bytes);
            bytes[at] = original;
        }

        Assert.Equal(outstanding, SlabPool.Outstanding);
    }

    [Theory]
    [MemberData(nameof(JsonFormats))]
    public void Any_number_replaced_by_an_extreme_one_is_read_or_refused(string format)
    {
        using var disk = new FuzzedFile();
        string text = Encoding.UTF8.GetString(Files[format]);
        string[] extremes =
        [
            "9223372036854775807", "9223372036854775808", "18446744073709551616", "-1", "2147483647", "2147483648", "1e308", "1e999", "0", "0.5", "-0", "[]", "{}",
            "null", "\"x\"", "[[]]", "true",
        ];
        for (int at = 0; at < text.Length; at++)
        {
            if (!IsNumber(text, at) || (at > 0 && IsNumber(text, at - 1)))
            {
                continue;
            }

            int end = at;
            while (end < text.Length && IsNumber(text, end))
            {
                end++;
            }

            disk.IsRead(Encoding.UTF8.GetBytes($"{text[..at]}{extremes[at % extremes.Length]}{text[end..]}"));
            disk.IsRead(Encoding.UTF8.GetBytes($"{text[..at]}{extremes[(at + 7) % extremes.Length]}{text[end..]}"));
        }
    }

    [Fact]
    public void Sizes_of_two_to_the_63_and_layers_without_end_are_refused()
    {
        using var disk = new FuzzedFile();
        foreach (string size in new[] { "9223372036854775807", "9223372036854775808", "2147483647", "4294967296" })
        {
            Refused(disk, $$$"""{"architecture":"LSTM","config":{"num_layers":1,"input_size":{{{size}}},"hidden_size":1},"weights":[1]}""");
            Refused(disk, $$$"""{"architecture":"LSTM","config":{"num_layers":256,"input_size":1,"hidden_size":{{{size}}}},"weights":[1]}""");
            Refused(disk, $$$"""{"architecture":"LSTM","config":{"num_layers":{{{size}}},"input_size":1,"hidden_size":1},"weights":[1]}""");
            Refused(disk, $$$"""{"model_data":{"input_size":1,"hidden_size":{{{size}}},"unit_type":"LSTM"},"state_dict":{"rec.weight_ih_l0":[[1]]}}""");
            Refused(disk, $$$"""{"in_shape":[{{{size}}}],"layers":[{"type":"dense","shape":[{{{size}}}],"weights":[[[1]],[1]]}]}""");
            Refused(disk, $$$"""{"in_shape":[1],"layers":[{"type":"conv1d","kernel_size":[{{{size}}}],"dilation":[{{{size}}}],"shape":[1],"weights":[[[[1]]],[1]]}]}""");
        }

        string many = string.Join(",", Enumerable.Repeat("""{"type":"activation","activation":"tanh"}""", 257));
        Refused(disk, $$"""{"in_shape":[1],"layers":[{{many}}]}""");
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Deep_nesting_is_refused(string open, string close)
    {
        using var disk = new FuzzedFile();
        foreach (int depth in new[] { 1, 30, 60, 63, 64, 65, 200_000 })
        {
            string deep = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
            Refused(disk, $$"""{"layers":{{deep}},"in_shape":{{deep}}}""");
            Refused(disk, $$"""{"in_shape":[1],"layers":[{"type":"dense","shape":[1],"weights":{{deep}}}]}""");
            Refused(disk, $$"""{"architecture":"LSTM","config":{"num_layers":1,"input_size":1,"hidden_size":1},"weights":{{deep}}}""");
            Refused(disk, string.Concat(Enumerable.Repeat(open, depth)));
        }
    }

    [Theory]
    [InlineData("""{"in_shape":[1],"layers":[{"type":"dense","shape":[1],"weights":[[[NaN]],[1]]}]}""")]
    [InlineData("""{"in_shape":[1],"layers":[{"type":"dense","shape":[1],"weights":[[[-1e999]],[1]]}]}""")]
    [InlineData("""{"in_shape":[1],"in_shape":[2],"layers":[{"type":"dense","shape":[1],"weights":[[[1]],[1]]}]}""")]
    [InlineData("""{"in_shape":[1],"layers":[{"type":"dense","shape":[1],"weights":[[[1],[1,2]],[1]]}]}""")]
    [InlineData("""{"in_shape":[1],"layers":[{"type":"dense","shape":[1],"weights":[[[1],1],[1]]}]}""")]
    [InlineData("""{"in_shape":[1],"layers":[{"type":"dense","shape":[1],"weights":[[1,[1]],[1]]}]}""")]
    [InlineData("""{"in_shape":[1],"layers":[{"type":"\ud800","shape":[1],"weights":[]}]}""")]
    [InlineData("""{"in_shape":[],"layers":[]}""")]
    [InlineData("""{"in_shape":[1],"layers":[]}""")]
    [InlineData("""{"in_shape":[1],"layers":[{"type":"activation"}],"layers":[]}""")]
    [InlineData("""{"unknown":[1]}""")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("no json at all")]
    public void What_breaks_a_rule_is_refused(string text)
    {
        using var disk = new FuzzedFile();
        Refused(disk, text);
    }

    [Fact]
    public void Memory_stays_within_its_stated_multiple()
    {
        using var disk = new FuzzedFile();
        string ones = string.Concat(Enumerable.Repeat("0,", 200_000)) + "0", empties = string.Concat(Enumerable.Repeat("[],", 100_000)) + "[]";
        string column = string.Concat(Enumerable.Repeat("[0],", 100_000)) + "[0]";
        string dense = string.Concat(Enumerable.Repeat("""{"type":"dense","shape":[1],"weights":[[[1]],[1]]},""", 255));
        const string lstm = """{"type":"lstm","shape":[1],"weights":[[[0,0,0,0]],[[0,0,0,0]],[0,0,0,0]]}""";
        byte[][] hostile =
        [
            Json($$$"""{"architecture":"LSTM","config":{"num_layers":1,"input_size":1,"hidden_size":1},"weights":[{{{ones}}}]}"""),
            Json($$$"""{"in_shape":[1],"layers":[{{{empties}}}]}"""),
            Json($$$"""{"in_shape":[1],"layers":[{"type":"dense","shape":[1],"weights":[[{{{empties}}}]]}]}"""),
            Json($$$"""{"in_shape":[100001],"layers":[{"type":"dense","shape":[1],"weights":[[{{{column}}}],[1]]}]}"""),
            Json($$$"""{"in_shape":[1],"layers":[{"type":"dense","shape":[200001],"weights":[[[{{{ones}}}]],[{{{ones}}}]]}]}"""),
            Json($$$"""{"in_shape":[1],"layers":[{{{dense}}}{{{lstm}}}]}"""),
            Json($$$"""{"in_shape":[1],"layers":[{{{string.Join(",", Enumerable.Repeat(lstm, 256))}}}]}"""),
            Json($$"""{"in_shape":[1],"layers":[{"type":"activation"}]{{string.Concat(Enumerable.Range(0, 100_000).Select(i => $",\"{i:x}\":0"))}}}"""),
            NumpyFileTests.Npz(CompressionLevel.Optimal, [.. Enumerable.Range(0, 20_000).Select(i => ($"{i}.npy", Array.Empty<byte>()))]),
            KerasArraysTests.Bytes("deflated", [("kernel", new float[4 * 16], [1, 64]), ("recurrent_kernel", new float[16 * 64], [16, 64]), ("dense/kernel", new float[200_000], [200_000, 1])]),
        ];
        disk.IsRead(Files["rtneural"]);
        for (int i = 0; i < hostile.Length; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            disk.IsRead(hostile[i]);
            long after = GC.GetAllocatedBytesForCurrentThread();
            long unpacked = i == hostile.Length - 1 ? FileLimits.MostUnpacked(hostile[i].Length) : hostile[i].Length;
            Assert.True(after - before <= (32L << 20) + 64 * unpacked, $"file {i} of {hostile[i].Length} bytes took {after - before}");
        }
    }

    [Fact]
    public void Any_bytes_behind_any_beginning_are_read_or_refused()
    {
        using var disk = new FuzzedFile();
        var random = new Random(5);
        byte[][] starts = [[], [.. "PK\x03\x04"u8], [.. "PK\x05\x06"u8], [0x93, .. "NUMPY"u8, 1, 0], [(byte)'{'], [9, 0, 0, 0, 0, 0, 0, 0, (byte)'{'], [.. "\uFEFF{"u8]];
        for (int i = 0; i < 700; i++)
        {
            byte[] more = new byte[random.Next(200)];
            random.NextBytes(more);
            Assert.False(disk.IsRead([.. starts[i % starts.Length], .. more]));
        }
    }

    [Fact]
    public void An_npy_file_with_any_byte_changed_or_cut_is_read_or_refused()
    {
        byte[] bytes = NpyFile.Bytes(Numbers.Of(1, 6), 2, 3);
        static void Try(byte[] changed)
        {
            try
            {
                NpyFile.Read(new MemoryStream(changed), changed.Length, "a.npy");
            }
            catch (ModelFileException)
            {
            }
        }

        for (int at = 0; at < bytes.Length; at++)
        {
            Try(bytes[..at]);
            for (int bit = 0; bit < 8; bit++)
            {
                bytes[at] ^= (byte)(1 << bit);
                Try(bytes);
                bytes[at] ^= (byte)(1 << bit);
            }
        }

        foreach (uint length in new[] { 1u << 31, uint.MaxValue, 1u << 16, 0u })
        {
            byte[] versionTwo = [.. bytes[..6], 2, 0, .. BitConverter.GetBytes(length), .. bytes[10..]];
            Try(versionTwo);
        }
    }

    private static void Refused(FuzzedFile disk, string text) => Assert.False(disk.IsRead(Json(text)), text[..Math.Min(text.Length, 200)]);

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static bool IsNumber(string text, int at) => char.IsAsciiDigit(text[at]) || text[at] is '.' or '-' or 'E' or '+' && char.IsAsciiDigit(text[Math.Max(0, at - 1)]);

    private static byte[] RtNeural()
    {
        using var folder = new TemporaryFolder();
        using ImportedModel model = RtNeuralTests.All(BiasKind.Double);
        RtNeuralFile.Save(folder.Path("m"), model);
        return File.ReadAllBytes(folder.Path("m"));
    }

    private static byte[] GuitarMl()
    {
        var stack = new TwinRecurrent(TwinCell.Gru, 1, [2]);
        return Json(AudioFormatTests.GuitarMl(stack, TwinRandom.Weights(1, stack.Shapes()), "GRU", 1, 2, 1, 1, [0.5, 0.25], [1]));
    }

    private static byte[] Nam()
    {
        var stack = new TwinRecurrent(TwinCell.Lstm, 1, [2]) { Bias = TwinBias.Single };
        return Json(AudioFormatTests.Nam(stack, TwinRandom.Weights(1, stack.Shapes()), [1, 2], [3, 4], [0.5, 0.25], [1]));
    }

    private static List<(string, float[], int[])> Arrays() =>
    [
        ("gru/kernel", Numbers.Of(1, 12), [2, 6]), ("gru/recurrent_kernel", Numbers.Of(2, 12), [2, 6]), ("gru/bias", Numbers.Of(3, 12), [2, 6]),
        ("dense/kernel", Numbers.Of(4, 2), [2, 1]),
    ];
}
