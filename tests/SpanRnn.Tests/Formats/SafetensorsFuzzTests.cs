using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Formats;
using Xunit;

namespace SpanRnn.Tests.Formats;

/// <summary>Whatever the bytes: the file is read, or it is refused with <see cref="ModelFileException"/>.</summary>
public sealed class SafetensorsFuzzTests
{
    private static readonly byte[] Small = Safetensors.Bytes(
        """{"__metadata__":{"kind":"GRU","\u00e9":""},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"e":{"dtype":"BF16","shape":[0],"data_offsets":[8,8]},"n":{"dtype":"U64","shape":[],"data_offsets":[8,16]}}   """,
        new byte[16]);

    private static int HeaderEnd => Small.Length - 16;

    [Fact]
    public void A_file_cut_at_any_length_is_refused()
    {
        Assert.True(IsRead(Small));
        for (int length = 0; length < Small.Length; length++)
            Assert.False(IsRead(Small[..length]), $"{length} bytes of {Small.Length}");
    }

    [Fact]
    public void A_header_with_any_byte_changed_is_read_or_refused()
    {
        byte[] others = Encoding.ASCII.GetBytes("\0 \"\\{}[]:,-.0129eEaut\n/\x7F");
        for (int at = 0; at < HeaderEnd; at++)
        {
            for (int bit = 0; bit < 8; bit++)
                IsRead(Changed(at, (byte)(Small[at] ^ 1 << bit)));
            foreach (byte other in others)
                IsRead(Changed(at, other));
            IsRead(Changed(at, (byte)~Small[at]));
        }
    }

    [Fact]
    public void A_header_with_any_byte_removed_or_doubled_is_read_or_refused()
    {
        byte[] header = Small[8..HeaderEnd], data = Small[HeaderEnd..];
        for (int at = 0; at < header.Length; at++)
        {
            IsRead(Safetensors.Bytes([.. header[..at], .. header[(at + 1)..]], data));
            IsRead(Safetensors.Bytes([.. header[..(at + 1)], .. header[at..]], data));
        }
    }

    [Fact]
    public void Numbers_near_the_powers_of_two_are_read_or_refused()
    {
        decimal[] numbers = [.. new[] { 31, 32, 53, 61, 62, 63, 64 }.SelectMany(power => Near(power)), 0, 1, 4, 16];
        foreach (decimal first in numbers)
            foreach (decimal second in numbers)
                foreach (string type in new[] { "U8", "F64" })
                {
                    IsRead(Safetensors.Bytes($$$"""{"x":{"dtype":"{{{type}}}","shape":[{{{first}}},{{{second}}}],"data_offsets":[0,4]}}""", new byte[4]));
                    IsRead(Safetensors.Bytes($$$"""{"x":{"dtype":"{{{type}}}","shape":[4],"data_offsets":[{{{first}}},{{{second}}}]}}""", new byte[4]));
                    IsRead(Safetensors.Bytes($$$"""{"x":{"dtype":"{{{type}}}","shape":[{{{first}}}],"data_offsets":[0,{{{first}}}]},"y":{"dtype":"U8","shape":[{{{second}}}],"data_offsets":[{{{first}}},{{{second}}}]}}""", new byte[4]));
                }

        foreach (decimal number in numbers.Where(number => number is >= 0 and <= ulong.MaxValue))
        {
            byte[] bytes = [.. Small];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)number);
            Assert.False(IsRead(bytes));
        }
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Deep_nesting_is_refused_everywhere(string open, string close)
    {
        foreach (int depth in new[] { 1, 60, 63, 64, 65, 100_000 })
        {
            string deep = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
            foreach (string header in new[]
            {
                $$"""{"x":{{deep}}}""", $$"""{"__metadata__":{{deep}}}""", $$$"""{"__metadata__":{"k":{{{deep}}}}}""",
                $$$"""{"x":{"dtype":{{{deep}}}}}""", $$$"""{"x":{"shape":{{{deep}}}}}""", $$$"""{"x":{"shape":[{{{deep}}}]}}""", $$$"""{"x":{"extra":{{{deep}}}}}""",
            })
                Assert.False(IsRead(Safetensors.Bytes(header)), header[..Math.Min(header.Length, 60)]);
        }
    }

    [Fact]
    public void Any_bytes_at_all_are_read_or_refused() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().ToArbitrary(), bytes =>
        {
            IsRead(bytes);
            IsRead(Safetensors.Bytes([(byte)'{', .. bytes], []));
            IsRead(Safetensors.Bytes([.. Small[8..HeaderEnd].AsSpan()[..(bytes.Length % 60)], .. bytes], Small[HeaderEnd..]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_splice_of_header_parts_is_read_or_refused()
    {
        string[] parts =
        [
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"a\":", "\"__metadata__\":", "\"dtype\":\"U8\"", "\"dtype\":\"F32\"", "\"shape\":[4]", "\"shape\":[]",
            "\"data_offsets\":[0,4]", "\"data_offsets\":[4,4]", "null", "-1", "4", "1e9", " ", "\\ud800", "true", "{\"a\":", "\"b\":{", "},",
        ];
        Prop.ForAll(Gen.Elements(parts).ArrayOf().ToArbitrary(), splice =>
        {
            IsRead(Safetensors.Bytes("{" + string.Concat(splice), new byte[4]));
            IsRead(Safetensors.Bytes("{\"a\":{" + string.Join(",", splice) + "}}", new byte[4]));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("tensors")]
    [InlineData("metadata")]
    [InlineData("shape")]
    [InlineData("offsets")]
    [InlineData("nesting")]
    public void Memory_stays_within_a_small_multiple_of_the_header(string kind)
    {
        var header = new StringBuilder("{\"__metadata__\":{\"k\":\"v\"");
        switch (kind)
        {
            case "tensors":
                header.Append('}');
                for (int i = 0; i < 20_000; i++)
                    header.Append($$""","{{i:x}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""");
                break;
            case "metadata":
                for (int i = 0; i < 100_000; i++)
                    header.Append($",\"{i:x}\":\"\"");
                header.Append('}');
                break;
            case "nesting":
                header.Append("},\"x\":").Append('[', 1_000_000);
                break;
            default:
                header.Append($"}},\"x\":{{\"dtype\":\"U8\",\"{(kind == "shape" ? "shape" : "data_offsets")}\":[1").Insert(header.Length, ",1", 500_000).Append("]}");
                break;
        }
        byte[] bytes = Safetensors.Bytes(header.Append('}').ToString());
        IsRead(Small);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? refusal = Record.Exception(() => Safetensors.Open(bytes));
        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.InRange(after - before, bytes.Length / 2, 16L * bytes.Length);
        Assert.True(refusal is null or ModelFileException);
    }

    private static decimal[] Near(int power)
    {
        decimal value = 1;
        for (int i = 0; i < power; i++)
            value *= 2;
        return [value - 1, value, value + 1, -value];
    }

    private static byte[] Changed(int at, byte value)
    {
        byte[] bytes = [.. Small];
        bytes[at] = value;
        return bytes;
    }

    // Any other exception leaves this method and fails the test.
    private static bool IsRead(byte[] bytes)
    {
        try
        {
            using SafetensorsReader reader = Safetensors.Open(bytes);
            foreach (TensorInfo info in reader.Tensors)
            {
                Assert.Equal(info.ByteLength, reader.Raw(info.Name).Length);
                if (info.DType is SafetensorsType.F32 or SafetensorsType.U64)
                    Assert.Equal(info.ElementCount, reader.Floats(info.Name).Length);
            }
            return true;
        }
        catch (ModelFileException)
        {
            return false;
        }
    }
}
