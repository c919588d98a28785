using System.Text;
using System.Text.Json;

namespace SpanRnn.Formats;

/// <summary>
/// Reads the JSON of a safetensors header in one pass, checking each entry on its own; how the entries lie next to each
/// other is <see cref="SafetensorsLayout"/>'s business. Every string is decoded, so malformed UTF-8 cannot pass unseen.
/// </summary>
internal ref struct SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";
    public const int LongestHeader = 100_000_000;

    private readonly string file;
    private Utf8JsonReader json;
    private bool hasMetadata;

    private SafetensorsHeader(string file, ReadOnlySpan<byte> header)
    {
        this.file = file;
        json = new Utf8JsonReader(header);
    }

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, TensorInfo> Tensors { get; } = new(StringComparer.Ordinal);

    public static SafetensorsHeader Parse(string file, ReadOnlySpan<byte> header)
    {
        if (header.IsEmpty)
            throw new ModelFileException(file, "the header is 0 bytes long, the shortest is 2.");
        if (header[0] != (byte)'{')
        {
            string found = $"0x{header[0]:x2}";
            throw new ModelFileException(file, $"the header starts with byte {found}, expected 0x7b, which is '{{': another format?");
        }

        var parser = new SafetensorsHeader(file, header);
        try
        {
            parser.ReadAll();
        }
        catch (JsonException error)
        {
            throw new ModelFileException(file, $"the header is not valid JSON: {error.Message}", error);
        }
        return parser;
    }

    private void ReadAll()
    {
        Next();
        while (Next() == JsonTokenType.PropertyName)
        {
            string name = Text();
            if (name == MetadataKey)
            {
                if (hasMetadata)
                    throw Twice(name, "the header");
                hasMetadata = true;
                ReadMetadata();
            }
            else if (!Tensors.TryAdd(name, ReadTensor(name)))
                throw Twice(name, "the header");
        }
        // Padding may follow; the JSON reader throws at anything else.
        json.Read();
    }

    private void ReadMetadata()
    {
        if (Next() != JsonTokenType.StartObject)
            throw Refuse($"{MetadataKey} is {Found()}, expected an object of strings.");
        while (Next() == JsonTokenType.PropertyName)
        {
            string key = Text();
            if (Next() != JsonTokenType.String)
                throw Refuse($"{MetadataKey} {ModelFileException.Quote(key)} is {Found()}, expected a string.");
            if (!Metadata.TryAdd(key, Text()))
                throw Twice(key, MetadataKey);
        }
    }

    private TensorInfo ReadTensor(string name)
    {
        if (Next() != JsonTokenType.StartObject)
            throw Wrong(name, $"is {Found()}, expected an object.");

        SafetensorsType? type = null;
        long[]? shape = null, offsets = null;
        while (Next() == JsonTokenType.PropertyName)
        {
            string key = Text();
            switch (key)
            {
                case "dtype": type = type is null ? ReadType(name) : throw TwiceIn(name, key); break;
                case "shape": shape = shape is null ? ReadNumbers(name, key) : throw TwiceIn(name, key); break;
                case "data_offsets": offsets = offsets is null ? ReadNumbers(name, key) : throw TwiceIn(name, key); break;
                // It could change what the bytes mean, so it is not passed over.
                default:
                    throw Wrong(name, $"has the key {ModelFileException.Quote(key)}, the format has dtype, shape and data_offsets.");
            }
        }
        return Check(
            name,
            type ?? throw Wrong(name, "has no dtype."),
            shape ?? throw Wrong(name, "has no shape."),
            offsets ?? throw Wrong(name, "has no data_offsets."));
    }

    private readonly TensorInfo Check(string name, SafetensorsType type, long[] shape, long[] offsets)
    {
        if (offsets.Length != 2)
            throw Wrong(name, $"data_offsets has {offsets.Length} numbers, expected 2.");
        (long begin, long end) = (offsets[0], offsets[1]);
        if (begin > end)
            throw Wrong(name, $"data_offsets begin at {begin}, after their end at {end}.");

        bool isCounted = TensorInfo.TryCount(shape, type.Size(), out long elements);
        if (!isCounted || elements * type.Size() != end - begin)
        {
            string needed = isCounted ? $"{elements * type.Size()}" : $"more than {long.MaxValue}";
            throw Wrong(name, $"shape {TensorInfo.Text(shape)} of {type.Name()} needs {needed} bytes, data_offsets hold {end - begin}.");
        }
        return new TensorInfo(name, type, shape, elements, begin);
    }

    private SafetensorsType ReadType(string tensor)
    {
        if (Next() != JsonTokenType.String)
            throw Wrong(tensor, $"dtype is {Found()}, expected a string.");
        string name = Text();
        return SafetensorsTypes.TryParse(name, out SafetensorsType type)
            ? type
            : throw Wrong(tensor, $"dtype {ModelFileException.Quote(name)} is unknown, expected one of {SafetensorsTypes.KnownNames}.");
    }

    private long[] ReadNumbers(string tensor, string what)
    {
        if (Next() != JsonTokenType.StartArray)
            throw Wrong(tensor, $"{what} is {Found()}, expected an array.");

        // Counted first, so that a long array costs its own length and not a growing list's.
        int count = 0;
        for (Utf8JsonReader ahead = json; ahead.Read() && ahead.TokenType == JsonTokenType.Number;)
            count++;

        long[] numbers = count == 0 ? [] : new long[count];
        for (int i = 0; i < count; i++)
        {
            Next();
            if (!json.TryGetInt64(out numbers[i]) || numbers[i] < 0)
                throw WrongNumber(tensor, what, i);
        }
        return Next() == JsonTokenType.EndArray ? numbers : throw WrongNumber(tensor, what, count);
    }

    private JsonTokenType Next()
    {
        json.Read();
        return json.TokenType;
    }

    private readonly string Text()
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            string reason = $"the text at byte {json.TokenStartIndex} of the header is not valid UTF-8 or holds half a surrogate pair.";
            throw new ModelFileException(file, reason, error);
        }
    }

    private readonly string Found() => json.TokenType switch
    {
        JsonTokenType.Number when json.ValueSpan.Length > 40 => $"a number of {json.ValueSpan.Length} digits",
        JsonTokenType.Number => Encoding.UTF8.GetString(json.ValueSpan),
        JsonTokenType.String => ModelFileException.Quote(Text()),
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.Null => "null",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "nothing",
    };

    private readonly ModelFileException Refuse(string reason) => new(file, reason);

    private readonly ModelFileException WrongNumber(string tensor, string what, int index) =>
        Wrong(tensor, $"{what}[{index}] is {Found()}, expected a whole number from 0 to {long.MaxValue}.");

    private readonly ModelFileException Twice(string key, string where) =>
        Refuse($"the key {ModelFileException.Quote(key)} is given 2 times in {where}, expected 1.");

    private readonly ModelFileException TwiceIn(string tensor, string key) => Twice(key, ModelFileException.Quote(tensor));

    private readonly ModelFileException Wrong(string tensor, string reason) =>
        Refuse($"tensor {ModelFileException.Quote(tensor)}: {reason}");
}
