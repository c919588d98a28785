using System.Buffers.Binary;
using Google.Protobuf;
using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Interchange.Onnx.Wire;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>Whatever the bytes: the model is read, or it is refused with <see cref="ModelFileException"/>, and memory stays bounded.</summary>
public sealed class OnnxFuzzTests
{
    private static readonly byte[] Small = SmallModel();

    [Fact]
    public void A_file_cut_at_any_length_is_refused()
    {
        Assert.True(IsRead(Small));
        for (int length = 0; length < Small.Length; length++)
        {
            Assert.False(IsRead(Small[..length]), $"{length} bytes of {Small.Length}");
        }
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_read_or_refused()
    {
        byte[] bytes = [.. Small];
        byte[] others = [0x00, 0x01, 0x7F, 0x80, 0xFF, 0x0A, 0x08];
        for (int at = 0; at < Small.Length; at++)
        {
            foreach (byte other in (byte[])[(byte)(Small[at] ^ 1), (byte)(Small[at] ^ 0x80), (byte)(Small[at] + 1), (byte)~Small[at], .. others])
            {
                bytes[at] = other;
                IsRead(bytes);
            }

            bytes[at] = Small[at];
        }
    }

    [Fact]
    public void A_file_with_any_byte_removed_or_doubled_is_read_or_refused()
    {
        for (int at = 0; at < Small.Length; at++)
        {
            IsRead([.. Small[..at], .. Small[(at + 1)..]]);
            IsRead([.. Small[..(at + 1)], .. Small[at..]]);
        }
    }

    [Fact]
    public void Lengths_near_the_powers_of_two_are_refused()
    {
        foreach (int power in new[] { 7, 14, 21, 28, 31, 32, 35, 62, 63, 64 })
        {
            foreach (int near in new[] { -1, 0, 1 })
            {
                var number = new byte[11];
                ulong value = unchecked((power == 64 ? 0UL : 1UL << power) + (ulong)near);
                int count = 0;
                for (ulong left = value; left >= 0x80 || count == 0; left >>= 7)
                {
                    number[count++] = (byte)(left | 0x80);
                    if (left >> 7 < 0x80)
                    {
                        number[count++] = (byte)(left >> 7);
                        break;
                    }
                }

                foreach (byte tag in (byte[])[0x12, 0x3A, 0x42, 0x72, 0xFA])
                {
                    Assert.False(IsRead([0x08, 0x07, tag, .. number[..count], 0x0A, 0x00]));
                }
            }
        }
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(-1L)]
    [InlineData(1L << 31)]
    [InlineData(1L << 62)]
    [InlineData(0x7FFFFFC7L)]
    public void Absurd_sizes_are_refused_before_memory_is_taken(long size)
    {
        foreach (int axis in Enumerable.Range(0, 3))
        {
            foreach (int tensor in Enumerable.Range(0, 3))
            {
                ModelMessage model = ModelMessage.Parser.ParseFrom(Small);
                TensorMessage changed = model.Graph.Constants[tensor];
                changed.Sizes[Math.Min(axis, changed.Sizes.Count - 1)] = size;
                long taken = TakenBy(model.ToByteArray(), out bool isRead);
                Assert.False(isRead);
                Assert.InRange(taken, 0, 640L * Small.Length);
            }

            ModelMessage declared = ModelMessage.Parser.ParseFrom(Small);
            declared.Graph.Inputs[0].Type.Tensor.Sizes.Sizes[axis] = new SizeMessage { Number = size };
            IsRead(declared.ToByteArray());
        }

        ModelMessage hidden = ModelMessage.Parser.ParseFrom(Small);
        hidden.Graph.Nodes[0].Attributes.Single(attribute => attribute.Name == "hidden_size").Integer = size;
        Assert.False(IsRead(hidden.ToByteArray()));
    }

    [Fact]
    public void Constants_that_would_grow_without_end_are_refused()
    {
        var graph = new GraphText().Input("x", "T", "B", 2).Constant("a0", [1f, 2f], 2);
        for (int i = 0; i < 40; i++)
        {
            graph.Node("Concat", $"a{i} a{i}", $"a{i + 1}", ("axis", 0));
        }

        AssertSmall(graph.Node("LSTM", "x a40 a40", "y").Output("y", "T", 1, "B", 2).ToBytes(), 64 << 20);

        graph = new GraphText().Input("x", "T", "B", 2).Constant("n", [1L << 40], 1).Constant("m", [int.MaxValue], 1);
        graph.Node("ConstantOfShape", "n", "a", ("value", GraphText.Tensor("", 7, new byte[8], 1))).Node("ConstantOfShape", "m", "b", ("value", GraphText.Tensor("", 7, new byte[8], 1)))
            .Node("Concat", "a b", "c", ("axis", 0)).Node("Expand", "x c", "y").Output("y", "T", 1, "B", 2);
        AssertSmall(graph.ToBytes(), 64 << 20);

        // Pieces of layers' results, doubled again and again.
        graph = Layer(new GraphText().Input("x", "T", "B", 2), "x", "y0 h0");
        for (int i = 0; i < 40; i++)
        {
            graph.Node("Concat", $"h{i} h{i}", $"h{i + 1}", ("axis", 0));
        }

        AssertSmall(graph.Node("Relu", "h40", "y").Output("y", "B", 2).ToBytes(), 64 << 20);
    }

    [Fact]
    public void Nodes_that_share_one_large_weight_cannot_multiply_it()
    {
        var graph = new GraphText().Input("x", "T", "B", 256).Constant("w", new float[256 * 256], 256, 256).Constant("lw", new float[4 * 256 * 256], 1, 1024, 256);
        graph.Node("LSTM", "x lw lw", "l").Constant("ax", [1L], 1).Node("Squeeze", "l ax", "a0");
        for (int i = 0; i < 3000; i++)
        {
            graph.Node("MatMul", $"a{i} w", $"a{i + 1}");
        }

        byte[] bytes = graph.Node("Tanh", "a3000", "y").Output("y", "T", "B", 256).ToBytes();
        AssertSmall(bytes, 40L * bytes.Length);

        var layers = new GraphText().Input("x", "T", "B", 256).Constant("lw", new float[4 * 256 * 256], 1, 1024, 256).Constant("ax", [1L], 1).Node("Relu", "x", "a0");
        for (int i = 0; i < 3000; i++)
        {
            layers.Node("LSTM", $"a{i} lw lw", $"l{i}").Node("Squeeze", $"l{i} ax", $"a{i + 1}");
        }

        bytes = layers.Node("Tanh", "a3000", "y").Output("y", "T", "B", 256).ToBytes();
        OnnxFile file = OnnxFile.Read("layers", bytes);
        Assert.Contains("grow too large", Assert.Throws<ModelFileException>(() => file.Import()).Message);

        var sizes = new GraphText().Input("x", "T", "B", 2).Node("Shape", "x", "s0");
        for (int i = 0; i < 60; i++)
        {
            sizes.Node("Mul", $"s{i} s{i}", $"s{i + 1}");
        }

        AssertSmall(sizes.Node("Reshape", "x s60", "y").Output("y", "T", "B", 2).ToBytes(), 4 << 20);
    }

    [Fact]
    public void More_messages_than_any_model_has_are_refused_and_a_file_of_empty_ones_takes_a_stated_multiple()
    {
        byte[] many = [0x3A, .. Number(2 * (WireBudget.MostMessages + 1)), .. Enumerable.Repeat((byte[])[0x2A, 0x00], WireBudget.MostMessages + 1).SelectMany(pair => pair)];
        Assert.InRange(TakenBy(many, out bool isRead), 0, 1 << 20);
        Assert.False(isRead);

        foreach (byte field in (byte[])[0x0A, 0x2A, 0x5A, 0x62])
        {
            byte[] some = [0x3A, .. Number(40_000), .. Enumerable.Repeat((byte[])[field, 0x00], 20_000).SelectMany(pair => pair), 0x42, 0x02, 0x10, 0x0E];
            Assert.InRange(TakenBy(some, out _), 0, 640L * some.Length);
        }
    }

    [Fact]
    public void Deep_nesting_is_refused_or_skipped()
    {
        // Subgraphs in attributes of nodes of subgraphs, and groups in groups: none may end the process.
        byte[] inner = [];
        for (int depth = 0; depth < 20_000; depth++)
        {
            inner = depth < 2_000 ? [0x0A, .. Number(inner.Length), .. inner] : inner;
        }

        IsRead([0x3A, .. Number(inner.Length), .. inner, 0x42, 0x02, 0x10, 0x0E]);
        Assert.False(IsRead([.. Enumerable.Repeat((byte)0x3B, 100_000)]));
        Assert.False(IsRead([0x3A, .. Number(100_000), .. Enumerable.Repeat((byte)0x7B, 100_000), 0x42, 0x02, 0x10, 0x0E]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_that_are_no_numbers_are_refused_unless_asked_for(float value)
    {
        for (int tensor = 0; tensor < 3; tensor++)
        {
            ModelMessage model = ModelMessage.Parser.ParseFrom(Small);
            byte[] raw = model.Graph.Constants[tensor].Raw.ToByteArray();
            BinaryPrimitives.WriteSingleLittleEndian(raw, value);
            model.Graph.Constants[tensor].Raw = ByteString.CopyFrom(raw);
            OnnxFile file = OnnxFile.Read("nan", model.ToByteArray());
            Assert.Contains("NaN or infinity", Assert.Throws<ModelFileException>(() => file.Import()).Message);
            Assert.Contains("NaN or infinity", Assert.Throws<ModelFileException>(() => file.CreateRecurrent("lstm0")).Message);
            using Recurrent allowed = OnnxFile.Read("nan", model.ToByteArray(), new ImportOptions { AllowNonFinite = true }).CreateRecurrent("lstm0");
        }
    }

    [Fact]
    public void Elements_in_other_files_stay_in_the_models_folder()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path("model"));
        Directory.CreateDirectory(folder.Path("model/sub"));
        ModelMessage model = ModelMessage.Parser.ParseFrom(Small);
        byte[] raw = model.Graph.Constants[0].Raw.ToByteArray();
        File.WriteAllBytes(folder.Path("outside.bin"), raw);
        File.WriteAllBytes(folder.Path("model/sub/inside.bin"), [1, 2, 3, .. raw]);
        File.CreateSymbolicLink(folder.Path("model/link.bin"), folder.Path("outside.bin"));
        File.CreateSymbolicLink(folder.Path("model/up"), folder.FullName);

        Assert.Null(Refusal("sub/inside.bin", ("offset", "3"), ("length", $"{raw.Length}")));
        Assert.Null(Refusal("sub/inside.bin", ("offset", "3")));
        foreach (string climbing in new[] { "../outside.bin", "sub/../../outside.bin", folder.Path("outside.bin"), "..\\outside.bin", "C:\\x", "./sub/inside.bin", "", "a\0b", "sub//inside.bin" })
        {
            Assert.Contains("within the model's folder", Refusal(climbing));
        }

        Assert.Contains("link", Refusal("link.bin"));
        Assert.Contains("link", Refusal("up/outside.bin"));
        Assert.Contains("missing", Refusal("absent.bin"));
        Assert.Contains("missing", Refusal("sub"));
        Assert.Contains("found", Refusal("sub/inside.bin", ("offset", "4")));
        Assert.Contains("found a file of", Refusal("sub/inside.bin", ("offset", "4"), ("length", $"{raw.Length}")));
        Assert.Contains("found", Refusal("sub/inside.bin", ("length", $"{long.MaxValue}")));
        Assert.Contains("found", Refusal("sub/inside.bin", ("offset", $"{long.MaxValue}"), ("length", $"{raw.Length}")));
        Assert.Contains("expected a number", Refusal("sub/inside.bin", ("offset", "-1")));
        Assert.Throws<ModelFileException>(() => OnnxFile.Read("memory", Elsewhere("sub/inside.bin")).CreateRecurrent("lstm0"));

        string? Refusal(string location, params (string Key, string Value)[] entries)
        {
            string path = folder.Path("model/m.onnx");
            File.WriteAllBytes(path, Elsewhere(location, entries));
            try
            {
                using Recurrent recurrent = OnnxFile.Open(path).CreateRecurrent("lstm0");
                using ImportedModel imported = ImportedModel.Open(path);
                return null;
            }
            catch (ModelFileException refusal)
            {
                return refusal.Message;
            }
        }

        byte[] Elsewhere(string location, params (string Key, string Value)[] entries)
        {
            ModelMessage changed = model.Clone();
            changed.Graph.Constants[0].Raw = ByteString.Empty;
            changed.Graph.Constants[0].Location = 1;
            foreach ((string key, string value) in entries.Append(("location", location)))
            {
                changed.Graph.Constants[0].Elsewhere.Add(new EntryMessage { Key = key, Value = value });
            }

            return changed.ToByteArray();
        }
    }

    [Fact]
    public void Files_of_other_kinds_are_not_taken_for_onnx()
    {
        using var folder = new TemporaryFolder();
        foreach (byte[] bytes in new byte[][] { [], [0x80, 0x02, 0x8A], "not a model at all"u8.ToArray(), [0x89, 0x48, 0x44, 0x46], new byte[100], Small[..3] })
        {
            string path = folder.Path("file");
            File.WriteAllBytes(path, bytes);
            Assert.Throws<ModelFileException>(() => ImportedModel.Open(path).Dispose());
        }

        File.WriteAllBytes(folder.Path("model"), Small);
        using ImportedModel model = ImportedModel.Open(folder.Path("model"));
        Assert.Equal("ONNX", model.Summary.Format);
    }

    private static byte[] SmallModel() => Layer(new GraphText().Input("x", "T", "B", 2), "x", "y4 h").Constant("ax", [1L], 1).Node("Squeeze", "y4 ax", "y3")
        .Constant("dw", [1f, -1f, 0.5f, 2f], 2, 2).Constant("db", [0.1f, 0.2f], 2).Node("MatMul", "y3 dw", "m").Node("Add", "m db", "a").Node("Softmax", "a", "y", ("axis", -1))
        .Output("y", "T", "B", 2).ToBytes();

    private static GraphText Layer(GraphText graph, string x, string outputs) => graph
        .Constant("W", OnnxGraphTests.Noise(16, 1), 1, 8, 2).Constant("R", OnnxGraphTests.Noise(16, 2), 1, 8, 2).Constant("B", OnnxGraphTests.Noise(16, 3), 1, 16)
        .Node("LSTM", $"{x} W R B", outputs, ("hidden_size", 2), ("direction", "forward"), ("clip", 3f), ("activations", new[] { "Sigmoid", "Tanh", "LeakyRelu" }), ("activation_alpha", new[] { 0.3f }));

    private static void AssertSmall(byte[] bytes, long most)
    {
        long taken = TakenBy(bytes, out bool isRead);
        Assert.False(isRead);
        Assert.InRange(taken, 0, most);
    }

    private static long TakenBy(byte[] bytes, out bool isRead)
    {
        IsRead(Small);
        long before = GC.GetAllocatedBytesForCurrentThread();
        isRead = IsRead(bytes);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Number(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    // Any other exception leaves this method and fails the test.
    private static bool IsRead(byte[] bytes)
    {
        try
        {
            OnnxFile file = OnnxFile.Read("fuzzed", bytes);
            foreach (OnnxRecurrentInfo info in file.RecurrentNodes)
            {
                try
                {
                    file.CreateRecurrent(info.Name).Dispose();
                }
                catch (ModelFileException)
                {
                    // the model below needs it too
                }
            }

            using ImportedModel model = file.Import();
            return true;
        }
        catch (ModelFileException)
        {
            return false;
        }
    }
}
