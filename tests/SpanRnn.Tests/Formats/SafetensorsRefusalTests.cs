using System.Buffers.Binary;
using System.Text;
using SpanRnn.Formats;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

/// <summary>Each rule of the format, broken alone, with the sentence that says so.</summary>
public sealed class SafetensorsRefusalTests
{
    private const string X = "\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}";

    [Theory]
    [InlineData(0, "is 0 bytes long, the shortest safetensors file is 10")]
    [InlineData(7, "is 7 bytes long, the shortest safetensors file is 10")]
    public void A_file_shorter_than_its_length_field(int length, string reason) => Refused(new byte[length], reason);

    [Theory]
    [InlineData(0UL, "the header is 0 bytes long, the shortest is 2")]
    [InlineData(3UL, "the header's length is 3, but only 2 bytes follow")]
    [InlineData(100_000_000UL, "the header's length is 100000000, but only 2 bytes follow")]
    [InlineData(100_000_001UL, "the header's length is 100000001, at most 100000000 is allowed")]
    [InlineData(long.MaxValue - 7UL, "the header's length is 9223372036854775800, at most")]
    [InlineData(1UL << 63, "the header's length is 9223372036854775808, at most")]
    [InlineData(ulong.MaxValue, "the header's length is 18446744073709551615, at most")]
    public void A_header_length_that_cannot_be(ulong length, string reason)
    {
        byte[] bytes = Safetensors.Bytes("{}");
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Refused(bytes, reason);
    }

    [Theory]
    [InlineData("[]", "starts with byte 0x5b, expected 0x7b")]
    [InlineData(" {}", "starts with byte 0x20, expected 0x7b")]
    [InlineData("\uFEFF{}", "starts with byte 0xef, expected 0x7b")]
    [InlineData("{", "not valid JSON")]
    [InlineData("{}}", "not valid JSON")]
    [InlineData("{}\0\0", "not valid JSON")]
    [InlineData("{" + X + ",}", "not valid JSON")]
    [InlineData("{/**/}", "not valid JSON")]
    [InlineData("{x:1}", "not valid JSON")]
    public void A_header_that_is_not_a_JSON_object(string header, string reason) => Refused(Safetensors.Bytes(header, 1, 2, 3, 4), reason);

    [Theory]
    [InlineData("{" + X + "," + X + "}", "the key 'x' is given 2 times in the header, expected 1")]
    [InlineData("{" + X + ",\"\\u0078\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[4,4]}}", "the key 'x' is given 2 times")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}," + X + "}", "the key '__metadata__' is given 2 times in the header")]
    [InlineData("{\"__metadata__\":{\"k\":\"1\",\"k\":\"1\"}," + X + "}", "the key 'k' is given 2 times in __metadata__")]
    [InlineData("{\"x\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", "the key 'dtype' is given 2 times in 'x'")]
    [InlineData("{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"shape\":[4],\"data_offsets\":[0,4]}}", "the key 'shape' is given 2 times in 'x'")]
    [InlineData("{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4],\"data_offsets\":[0,4]}}", "the key 'data_offsets' is given 2 times in 'x'")]
    public void A_key_given_twice(string header, string reason) => Refused(Safetensors.Bytes(header, 1, 2, 3, 4), reason);

    [Theory]
    [InlineData("[]", "__metadata__ is an array, expected an object of strings")]
    [InlineData("null", "__metadata__ is null, expected an object of strings")]
    [InlineData("""{"k":1}""", "__metadata__ 'k' is 1, expected a string")]
    [InlineData("""{"k":null}""", "__metadata__ 'k' is null, expected a string")]
    [InlineData("""{"k":{"j":"v"}}""", "__metadata__ 'k' is an object, expected a string")]
    public void Metadata_that_is_not_strings(string metadata, string reason) =>
        Refused(Safetensors.Bytes($$"""{"__metadata__":{{metadata}},{{X}}}""", 1, 2, 3, 4), reason);

    [Theory]
    [InlineData("3", "tensor 'x': is 3, expected an object")]
    [InlineData("""{"shape":[4],"data_offsets":[0,4]}""", "tensor 'x': has no dtype")]
    [InlineData("""{"dtype":"U8","data_offsets":[0,4]}""", "tensor 'x': has no shape")]
    [InlineData("""{"dtype":"U8","shape":[4]}""", "tensor 'x': has no data_offsets")]
    [InlineData("""{"dtype":"U8","shape":[4],"data_offsets":[0,4],"stride":[1]}""", "tensor 'x': has the key 'stride', the format has dtype, shape and data_offsets")]
    [InlineData("""{"dtype":"F4","shape":[4],"data_offsets":[0,4]}""", "dtype 'F4' is unknown, expected one of BOOL, U8")]
    [InlineData("""{"dtype":"u8","shape":[4],"data_offsets":[0,4]}""", "dtype 'u8' is unknown")]
    [InlineData("""{"dtype":8,"shape":[4],"data_offsets":[0,4]}""", "dtype is 8, expected a string")]
    [InlineData("""{"dtype":"U8","shape":4,"data_offsets":[0,4]}""", "shape is 4, expected an array")]
    [InlineData("""{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}""", "shape[0] is -4, expected a whole number from 0 to 9223372036854775807")]
    [InlineData("""{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}""", "shape[0] is 4.0, expected a whole number")]
    [InlineData("""{"dtype":"U8","shape":[4,"1"],"data_offsets":[0,4]}""", "shape[1] is '1', expected a whole number")]
    [InlineData("""{"dtype":"U8","shape":[[4]],"data_offsets":[0,4]}""", "shape[0] is an array, expected a whole number")]
    [InlineData("""{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,4]}""", "shape[0] is 9223372036854775808, expected a whole number")]
    [InlineData("""{"dtype":"U8","shape":[4],"data_offsets":[0,18446744073709551616]}""", "data_offsets[1] is 18446744073709551616, expected a whole number")]
    [InlineData("""{"dtype":"U8","shape":[4],"data_offsets":[0,2,4]}""", "data_offsets has 3 numbers, expected 2")]
    [InlineData("""{"dtype":"U8","shape":[4],"data_offsets":[4,0]}""", "data_offsets begin at 4, after their end at 0")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[0,4]}""", "shape [2] of F32 needs 8 bytes, data_offsets hold 4")]
    [InlineData("""{"dtype":"U8","shape":[],"data_offsets":[0,4]}""", "shape [] of U8 needs 1 bytes, data_offsets hold 4")]
    [InlineData("""{"dtype":"U8","shape":[4,0],"data_offsets":[0,4]}""", "shape [4, 0] of U8 needs 0 bytes, data_offsets hold 4")]
    [InlineData("""{"dtype":"U8","shape":[4294967296,4294967296,4],"data_offsets":[0,4]}""", "needs more than 9223372036854775807 bytes, data_offsets hold 4")]
    [InlineData("""{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}""", "needs more than 9223372036854775807 bytes, data_offsets hold 0")]
    public void A_tensor_whose_entry_is_wrong(string entry, string reason) =>
        Refused(Safetensors.Bytes($$"""{"x":{{entry}}}""", 1, 2, 3, 4), reason);

    [Theory]
    [InlineData(2, 4, 4, "'y' U8 [2] begins at 2, the one before it ends at 0: a hole of 2 bytes")]
    [InlineData(0, 2, 2, "")]
    [InlineData(0, 2, 3, "the tensors need 2 bytes of data, found 3: 1 bytes are left over")]
    [InlineData(0, 2, 1, "the tensors need 2 bytes of data, found 1: the file was cut short")]
    public void Data_that_the_tensors_do_not_cover(int begin, int end, int data, string reason)
    {
        byte[] bytes = Safetensors.Bytes($$$"""{"y":{"dtype":"U8","shape":[2],"data_offsets":[{{{begin}}},{{{end}}}]}}""", new byte[data]);
        if (reason.Length == 0)
            Safetensors.Open(bytes).Dispose();
        else
            Refused(bytes, reason);
    }

    [Theory]
    [InlineData("[2]", "[3,5]", "'y' U8 [2] begins at 3, the one before it ends at 4: an overlap")]
    [InlineData("[4]", "[0,4]", "'y' U8 [4] begins at 0, the one before it ends at 4: an overlap")]
    [InlineData("[0]", "[2,2]", "'y' U8 [0] begins at 2, the one before it ends at 4: an overlap")]
    [InlineData("[1]", "[5,6]", "'y' U8 [1] begins at 5, the one before it ends at 4: a hole of 1 bytes")]
    public void Tensors_that_overlap_or_leave_a_hole(string shape, string offsets, string reason) =>
        Refused(Safetensors.Bytes($$$"""{{{{X}}},"y":{"dtype":"U8","shape":{{{shape}}},"data_offsets":{{{offsets}}}}}""", new byte[6]), reason);

    [Fact]
    public void Text_that_is_not_Unicode()
    {
        byte[] header = Encoding.UTF8.GetBytes("{" + X + "}");
        header[2] = 0xFF;
        Refused(Safetensors.Bytes(header, [1, 2, 3, 4]), "is not valid UTF-8");
        Refused(Safetensors.Bytes("""{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"""), "is not valid UTF-8 or holds half a surrogate pair");
        Refused(Safetensors.Bytes("""{"x":{"\ud800dtype":"U8"}}"""), "is not valid UTF-8 or holds half a surrogate pair");
        Refused(Safetensors.Bytes("""{"x":{"dtype":"\udc00"}}"""), "is not valid UTF-8 or holds half a surrogate pair");
        Refused(Safetensors.Bytes("""{"__metadata__":{"k":"\udc00"}}"""), "is not valid UTF-8 or holds half a surrogate pair");
    }

    [Fact]
    public void A_hostile_name_cannot_fill_the_message_or_move_the_cursor()
    {
        string name = "\\u001b[2J" + new string('n', 100_000);
        ModelFileException error = Refused(Safetensors.Bytes($$"""{"{{name}}":3}"""), "'?[2Jnnn");
        Assert.True(error.Message.Length < 300, error.Message);

        error = Refused(Safetensors.Bytes($$$"""{"x":{"dtype":"U8","shape":[{{{string.Join(',', Enumerable.Repeat(7, 10_000))}}}],"data_offsets":[0,4]}}"""), "10000 dimensions");
        Assert.True(error.Message.Length < 300, error.Message);
    }

    [Fact]
    public void Types_that_are_not_converted_still_give_their_bytes()
    {
        foreach ((string type, int size) in new[] { ("F8_E4M3", 1), ("F8_E5M2", 1), ("F8_E8M0", 1), ("C64", 8) })
        {
            byte[] data = [.. Enumerable.Range(1, 2 * size).Select(i => (byte)i)];
            using SafetensorsReader reader = Safetensors.Open(Safetensors.One(type, "[2]", data));
            Assert.Equal(data, reader.Raw("a"));
            Assert.Contains($"{type} is not converted", Assert.Throws<ModelFileException>(() => reader.Floats("a")).Message, StringComparison.Ordinal);
            Assert.Throws<ModelFileException>(() => reader.Doubles("a"));
            Assert.Throws<ModelFileException>(() => reader.Int64s("a"));
        }
    }

    [Fact]
    public void Whole_numbers_are_not_made_from_floats_or_from_what_does_not_fit()
    {
        using SafetensorsReader floats = Safetensors.Open(Safetensors.One("F32", "[1]", 0, 0, 0, 0));
        Assert.Contains("'a' F32 [1] holds no whole numbers", Assert.Throws<ModelFileException>(() => floats.Int64s("a")).Message, StringComparison.Ordinal);

        using SafetensorsReader large = Safetensors.Open(Safetensors.One("U64", "[1]", 0, 0, 0, 0, 0, 0, 0, 0x80));
        Assert.Contains("holds a value above 9223372036854775807", Assert.Throws<ModelFileException>(() => large.Int64s("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_becomes_shorter_after_it_was_opened()
    {
        var stream = new MemoryStream();
        stream.Write(Safetensors.One("U8", "[4]", 1, 2, 3, 4));
        stream.Position = 0;
        using SafetensorsReader reader = SafetensorsReader.Open(stream);
        stream.SetLength(stream.Length - 1);
        Assert.Contains("expected 4 bytes, found 3", Assert.Throws<ModelFileException>(() => reader.Floats("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_instead_of_a_file()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Assert.Throws<ModelFileException>(() => SafetensorsReader.Open("/dev/null"));
        using var folder = new TemporaryFolder();
        Assert.Throws<UnauthorizedAccessException>(() => SafetensorsReader.Open(folder.FullName));
    }

    private static ModelFileException Refused(byte[] bytes, string reason)
    {
        ModelFileException error = Assert.Throws<ModelFileException>(() => Safetensors.Open(bytes));
        Assert.StartsWith("test.safetensors: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        return error;
    }
}
