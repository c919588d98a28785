using System.Buffers.Binary;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Formats;
using SpanRnn.Interchange.PyTorch;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>Whatever the bytes: the checkpoint is read, or refused with <see cref="ModelFileException"/>, in memory that was promised.</summary>
public sealed class PyTorchFuzzTests
{
    private static readonly byte[] Stored = Small(CompressionLevel.NoCompression), Packed = Small(CompressionLevel.SmallestSize);

    [Fact]
    public void A_file_cut_at_any_length_is_refused()
    {
        foreach (byte[] file in new[] { Stored, Packed })
        {
            Assert.True(IsRead(file));
            for (int length = 0; length < file.Length; length++)
            {
                Assert.False(IsRead(file[..length]), $"{length} bytes of {file.Length}");
            }
        }
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_read_or_refused()
    {
        foreach (byte[] file in new[] { Stored, Packed })
        {
            for (int at = 0; at < file.Length; at++)
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    IsRead(Changed(file, at, (byte)(file[at] ^ 1 << bit)));
                }

                foreach (byte other in (byte[])[0, 0x7f, 0xff, (byte)'(', (byte)'t', (byte)'R', (byte)'.', (byte)'q', (byte)'c', (byte)'}'])
                {
                    IsRead(Changed(file, at, other));
                }
            }
        }
    }

    [Fact]
    public void Lengths_of_any_size_are_read_or_refused()
    {
        byte[] file = With64Bits(Stored);
        Assert.True(IsRead(file));
        foreach (ulong number in new[] { 0UL, 1UL << 31, uint.MaxValue, 1UL << 32, (1UL << 62) - 1, (1UL << 63) - 1, 1UL << 63, ulong.MaxValue - 21, ulong.MaxValue })
        {
            byte[] bytes = new byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
            for (int at = 0; at <= file.Length - 8; at++)
            {
                byte[] changed = [.. file];
                bytes.CopyTo(changed, at);
                IsRead(changed);
                bytes.AsSpan(0, 4).CopyTo(changed.AsSpan(at));
                file.AsSpan(at + 4, 4).CopyTo(changed.AsSpan(at + 4));
                IsRead(changed);
            }
        }
    }

    [Fact]
    public void Any_pickle_at_all_is_read_or_refused()
    {
        byte[] opcodes = "(NJKMGXU}])tqrhjaesucQRb.\x80\x81\x85\x86\x87\x88\x89\x8a\x8f"u8.ToArray();
        Prop.ForAll(Gen.Elements(opcodes).ArrayOf().ToArbitrary(), splice => { IsRead(new PickleBuilder().Raw(splice).Checkpoint()); }).QuickCheckThrowOnFailure();
        Prop.ForAll(Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().ToArbitrary(), bytes =>
        {
            IsRead(bytes);
            IsRead([.. "PK\x03\x04"u8, .. bytes]);
            IsRead(new PickleBuilder().Raw('}').Raw(bytes).Checkpoint());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Nesting_and_values_that_hold_themselves_are_refused()
    {
        const int depth = 100_000;
        byte[] Many(int count, params byte[] bytes) => [.. Enumerable.Repeat(bytes, count).SelectMany(part => part)];
        Assert.False(IsRead(new PickleBuilder().Raw(Many(depth, (byte)'(')).Checkpoint()));
        Assert.False(IsRead(new PickleBuilder().Raw(')').Raw(Many(depth, 0x85)).Checkpoint()));
        Assert.False(IsRead(new PickleBuilder().Raw(Many(depth, (byte)']')).Raw(Many(depth - 1, (byte)'a')).Checkpoint()));

        // x['a'] = x, and a list of itself
        Assert.False(IsRead(new PickleBuilder().Raw('}').Raw((byte)'q', 0).Text("a").Raw((byte)'h', 0).Raw('s').Checkpoint()));
        Assert.False(IsRead(new PickleBuilder().Raw(']').Raw((byte)'q', 0).Raw((byte)'h', 0).Raw('a').Checkpoint()));
        Assert.False(IsRead(new PickleBuilder().Raw('}').Raw((byte)'q', 0).Text("state_dict").Raw((byte)'h', 0).Raw('s').Checkpoint()));

        // Each level twice in the next: 2^60 values.
        foreach (char open in "])")
        {
            PickleBuilder laughs = new PickleBuilder().Raw('(').Raw(open).Raw((byte)'q', 0);
            for (byte level = 0; level < 60; level++)
            {
                laughs.Raw((byte)'h', level).Raw((byte)'h', level).Raw(0x86).Raw((byte)'q', (byte)(level + 1));
            }

            Assert.False(IsRead(laughs.Raw('t').Checkpoint()));
        }

        PickleBuilder dictionaries = new PickleBuilder().Raw('}').Raw('(').Text("k").Raw('}').Raw((byte)'q', 0);
        for (byte level = 0; level < 60; level++)
        {
            dictionaries.Text(level == 59 ? "state_dict" : $"k{level}").Raw('}').Raw((byte)'q', (byte)(level + 1)).Raw('(')
                .Text("state_dict").Raw((byte)'h', level).Text("model").Raw((byte)'h', level).Raw('u');
        }

        Assert.False(IsRead(dictionaries.Raw('u').Checkpoint()));
    }

    [Theory]
    [InlineData("]")]
    [InlineData("}")]
    [InlineData("N")]
    [InlineData("K\u0001")]
    [InlineData("N\u0085")]
    [InlineData("}NNs")]
    [InlineData("]Na")]
    [InlineData("](Ne")]
    [InlineData("Nr\u0001\u0002")]
    [InlineData("U\u0000")]
    [InlineData("ccollections\nOrderedDict\n)R")]
    public void Memory_stays_within_256_times_the_pickle(string part)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(part);
        PickleBuilder pickle = new PickleBuilder().Raw(']').Raw('(');
        for (int i = 0; i * bytes.Length < 1 << 16; i++)
        {
            pickle.Raw(bytes);
            if (part[1..].StartsWith('r'))
            {
                pickle.Raw((byte)i, (byte)(i >> 8));
            }
        }

        byte[] file = pickle.Raw('e').Checkpoint();
        long before = GC.GetAllocatedBytesForCurrentThread();
        IsRead(file);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken < 256L * file.Length, $"{taken / (double)file.Length:F0} times the file");
    }

    [Fact]
    public void Names_cannot_grow_memory()
    {
        // One long key, again and again before short ones.
        PickleBuilder pickle = new PickleBuilder().Raw('}').Raw('(').Text(new string('k', 100_000)).Raw('}').Raw('(');
        for (int i = 0; i < 2000; i++)
        {
            pickle.Text($"{i}").Raw('N');
        }

        byte[] file = pickle.Raw('u').Raw('u').Checkpoint();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(IsRead(file));
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken < 64L * file.Length, $"{taken / (double)file.Length:F0} times the file");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Zip_bombs_are_refused_before_they_unpack(bool isPickle)
    {
        byte[] zeros = new byte[20_000_000], small = [.. new PickleBuilder().Raw('}').Text("x").Tensor("0", "ByteStorage", zeros.Length, 0, [zeros.Length], [1]).Raw('s').Bytes, (byte)'.'];
        byte[] file = PickleBuilder.Archive([("a/data.pkl", isPickle ? zeros : small), ("a/data/0", zeros)], CompressionLevel.Optimal);
        Assert.True(file.Length < 300_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(IsRead(file));
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken < 2_000_000, $"{taken} bytes");
    }

    private static byte[] Small(CompressionLevel level)
    {
        PickleBuilder pickle = new PickleBuilder().Raw('}').Raw((byte)'q', 0).Raw('(');
        pickle.Text("epoch").Raw((byte)'K', 3).Text("lr").Raw((byte)'G', 63, 185, 153, 153, 153, 153, 153, 154);
        pickle.Text("model").Raw('}').Raw('(').Text("w").Tensor("0", "FloatStorage", 4, 0, [2, 2], [1, 2]);
        pickle.Text("n").Tensor("1", "LongStorage", 2, 1, [1], [1]).Raw('u').Raw('u');
        return PickleBuilder.Archive(
        [
            ("a/data.pkl", [.. pickle.Bytes, (byte)'.']), ("a/byteorder", "little"u8.ToArray()),
            ("a/data/0", PickleBuilder.Singles(1, 2, 3, 4)), ("a/data/1", new byte[16]),
        ], level);
    }

    // The same archive with a directory that is found by 64-bit numbers.
    private static byte[] With64Bits(byte[] file)
    {
        byte[] end = file[^22..], end64 = new byte[56], locator = new byte[20];
        uint count = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(10)), length = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(12)), start = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(16));
        BinaryPrimitives.WriteUInt32LittleEndian(end64, 0x06064b50);
        BinaryPrimitives.WriteUInt64LittleEndian(end64.AsSpan(4), 44);
        BinaryPrimitives.WriteUInt64LittleEndian(end64.AsSpan(24), count);
        BinaryPrimitives.WriteUInt64LittleEndian(end64.AsSpan(32), count);
        BinaryPrimitives.WriteUInt64LittleEndian(end64.AsSpan(40), length);
        BinaryPrimitives.WriteUInt64LittleEndian(end64.AsSpan(48), start);
        BinaryPrimitives.WriteUInt32LittleEndian(locator, 0x07064b50);
        BinaryPrimitives.WriteUInt64LittleEndian(locator.AsSpan(8), (ulong)file.Length - 22);
        BinaryPrimitives.WriteUInt32LittleEndian(locator.AsSpan(16), 1);
        end.AsSpan(8, 12).Fill(0xff);
        return [.. file[..^22], .. end64, .. locator, .. end];
    }

    private static byte[] Changed(byte[] file, int at, byte value)
    {
        byte[] bytes = [.. file];
        bytes[at] = value;
        return bytes;
    }

    // Any other exception leaves this method and fails the test.
    private static bool IsRead(byte[] bytes)
    {
        try
        {
            using PyTorchFile file = PyTorchFile.Open(new MemoryStream(bytes), "fuzz.pt");
            foreach (TensorInfo info in file.Tensors)
            {
                if (info.DType != SafetensorsType.C64 && info.DType < SafetensorsType.F8E4M3)
                {
                    file.ReadDoubles(info, 0, new double[info.ElementCount]);
                }
            }

            return true;
        }
        catch (ModelFileException)
        {
            return false;
        }
    }
}
