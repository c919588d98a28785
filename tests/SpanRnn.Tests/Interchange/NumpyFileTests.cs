using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SpanRnn.Formats;
using SpanRnn.Interchange.Arrays;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>.npy and .npz: what numpy writes, and what must be refused.</summary>
public sealed class NumpyFileTests
{
    [TorchFact]
    public void Everything_numpy_writes_is_read()
    {
        using var folder = new TemporaryFolder();
        (_, string error) = Python.Run("""
            import sys, warnings, numpy as np
            arrays, warnings.filterwarnings = {}, None
            for t in ['f2','f4','f8','i1','i2','i4','i8','u1','u2','u4','u8','b1']:
                for o in '<>':
                    a = np.arange(6).reshape(2, 3).astype(np.dtype(t).newbyteorder(o))
                    arrays[f'{t}{"l" if o == "<" else "b"}C'] = a
                    arrays[f'{t}{"l" if o == "<" else "b"}F'] = np.asfortranarray(a)
            arrays['deep'] = np.asfortranarray(np.arange(24.).reshape(2, 3, 4))
            arrays['scalar'], arrays['empty'], arrays['one'] = np.float32(7), np.zeros((0, 3)), np.arange(5)
            np.savez(sys.argv[1], **arrays)
            np.savez_compressed(sys.argv[2], **arrays)
            np.save(sys.argv[3], arrays['deep'])
            with open(sys.argv[4], 'wb') as f: np.lib.format.write_array(f, arrays['deep'], version=(2, 0))
            with open(sys.argv[5], 'wb') as f: np.lib.format.write_array(f, arrays['deep'], version=(3, 0))
            """, folder.Path("s.npz"), folder.Path("d.npz"), folder.Path("1.npy"), folder.Path("2.npy"), folder.Path("3.npy"));
        Assert.True(error.Length == 0, error);
        foreach (string name in new[] { "s.npz", "d.npz" })
        {
            using NpzFile npz = NpzFile.Open(folder.Path(name));
            Assert.Equal(52, npz.Names.Count);
            foreach (string array in npz.Names.Where(array => array.Length == 4 && char.IsDigit(array[1])))
            {
                Assert.Equal([2, 3], npz.Read(array).Shape.ToArray());
                Assert.Equal(array.StartsWith('b') ? [0f, 1, 1, 1, 1, 1] : [0f, 1, 2, 3, 4, 5], npz.Read(array).ToSingles());
            }

            Assert.Equal(Enumerable.Range(0, 24).Select(i => (double)i), npz.Read("deep").ToDoubles());
            Assert.Equal([7f], npz.Read("scalar").ToSingles());
            Assert.Empty(npz.Read("scalar").Shape.ToArray());
            Assert.Equal([0, 3], npz.Read("empty").Shape.ToArray());
            Assert.Equal([0L, 1, 2, 3, 4], npz.Read("one").ToInt64s());
        }

        foreach (int version in new[] { 1, 2, 3 })
        {
            Assert.Equal([2, 3, 4], NpyFile.Read(folder.Path($"{version}.npy")).Shape.ToArray());
        }
    }

    [TorchFact]
    public void Numpy_reads_what_is_written()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder.Path("a.npy"), [1f, 2, 3, 4, 5, 6.5f], 2, 3);
        NpyFile.Write(folder.Path("b.npy"), [1f, 2], 2);
        NpyFile.Write(folder.Path("c.npy"), [9f]);
        (string output, string error) = Python.Run(
            "import sys, numpy as np\nfor p in sys.argv[1:]: a = np.load(p); print(a.dtype, a.shape, a.flatten().tolist())",
            folder.Path("a.npy"), folder.Path("b.npy"), folder.Path("c.npy"));
        Assert.True(error.Length == 0, error);
        Assert.Equal("float32 (2, 3) [1.0, 2.0, 3.0, 4.0, 5.0, 6.5]\nfloat32 (2,) [1.0, 2.0]\nfloat32 () [9.0]\n", output);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var folder = new TemporaryFolder();
        float[] values = Numbers.Of(1, 24);
        NpyFile.Write(folder.Path("a.npy"), values, 2, 3, 4);
        NumberArray read = NpyFile.Read(folder.Path("a.npy"));
        Assert.Equal([2, 3, 4], read.Shape.ToArray());
        Bits.Equal("values", values, read.ToSingles());
        Assert.Throws<ArgumentException>(() => NpyFile.Bytes(values, 5, 5));
        Assert.Throws<InvalidOperationException>(() => read.ToInt64s());
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "pickled objects")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "records")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "'<c8'")]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (1,), }", "order of their bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "does not fit the 4 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,), }", "does not fit the 4 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,), }", "no number below 2^63")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "does not fit the 4 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': maybe, 'shape': (1,), }", "neither True nor False")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'shape': (1,), }", "twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "must hold")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}", "unknown key 'more'")]
    public void A_header_that_cannot_be_is_refused_with_its_reason(string header, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Path("a.npy"), Npy(header, 4));
        Assert.Contains(reason, Assert.Throws<ModelFileException>(() => NpyFile.Read(folder.Path("a.npy"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../a.npy")]
    [InlineData("/a.npy")]
    [InlineData("x/../../a.npy")]
    [InlineData("c:\\a.npy")]
    public void Names_that_climb_are_refused(string name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Path("a.npz"), Npz((name, NpyFile.Bytes([1f], 1))));
        Assert.Contains("climbs", Assert.Throws<ModelFileException>(() => NpzFile.Open(folder.Path("a.npz"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_is_refused_before_it_is_unpacked()
    {
        using var folder = new TemporaryFolder();
        byte[] bomb = Npz(("a.npy", NpyFile.Bytes(new float[1 << 22], 1 << 22)));
        File.WriteAllBytes(folder.Path("a.npz"), bomb);
        Assert.InRange(bomb.Length, 1, 100_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<ModelFileException>(() => NpzFile.Open(folder.Path("a.npz")));
        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("bomb", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(after - before, 0, 1 << 20);
    }

    [Fact]
    public void An_entry_that_lies_about_its_length_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] honest = Npz(("a.npy", NpyFile.Bytes(new float[1000], 1000)));
        int directory = honest.AsSpan().LastIndexOf("PK\x01\x02"u8);
        foreach (uint claimed in new uint[] { 0, 10, 4127, 100_000 })
        {
            byte[] lying = [.. honest];
            BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(directory + 24), claimed);
            File.WriteAllBytes(folder.Path("a.npz"), lying);
            Assert.Throws<ModelFileException>(() =>
            {
                using NpzFile npz = NpzFile.Open(folder.Path("a.npz"));
                npz.Read("a");
            });
        }
    }

    internal static byte[] Npz(params (string Name, byte[] Bytes)[] entries) => Npz(CompressionLevel.Optimal, entries);

    internal static byte[] Npz(CompressionLevel level, params (string Name, byte[] Bytes)[] entries)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in entries)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }

        return buffer.ToArray();
    }

    private static byte[] Npy(string header, int elements)
    {
        byte[] text = Encoding.Latin1.GetBytes(header + "\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text, .. new byte[elements]];
    }
}
