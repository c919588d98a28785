using System.Text.Json;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Readers;

/// <summary>
/// A value in a JSON file: the place of its text. It is looked into when something is asked of it, so weights become floats at once and never
/// a tree of objects.
/// </summary>
internal sealed class JsonValue
{
    /// <summary>Objects and lists of a model are short; what has more items is a matrix, or hostile.</summary>
    private const int MostItems = 4096;

    private readonly FileProbe _file;
    private readonly JsonValue? _parent;
    private readonly string _name;
    private readonly int _start, _length;
    private Dictionary<string, JsonValue>? _members;

    private JsonValue(FileProbe file, JsonValue? parent, string name, int start, int length) =>
        (_file, _parent, _name, _start, _length) = (file, parent, name, start, length);

    /// <summary>Where it is, for messages: <c>layers[2].weights[0]</c>.</summary>
    public string Path => _parent is null || _parent._parent is null && _parent._name.Length == 0 && _name[0] != '['
        ? _name
        : _name[0] == '[' ? _parent.Path + _name : $"{_parent.Path}.{_name}";

    private ReadOnlySpan<byte> Text => _file.ReadJson().Slice(_start, _length);

    /// <summary>The whole file, checked to be JSON, at most 64 levels deep.</summary>
    /// <exception cref="ModelFileException">It is not.</exception>
    public static JsonValue Root(FileProbe file)
    {
        ReadOnlySpan<byte> text = file.ReadJson();
        try
        {
            var reader = new Utf8JsonReader(text);
            while (reader.Read())
            {
            }
        }
        catch (JsonException error)
        {
            throw new ModelFileException(file.Path, $"is malformed JSON: {error.Message}", error);
        }

        return new JsonValue(file, null, "", 0, text.Length);
    }

    /// <summary>The members of an object.</summary>
    /// <exception cref="ModelFileException">It is none, a name stands twice, or there are too many.</exception>
    public IReadOnlyDictionary<string, JsonValue> Members => _members ??= ReadMembers();

    /// <summary>The member of that name.</summary>
    /// <exception cref="ModelFileException">It is no object, or has none.</exception>
    public JsonValue this[string name] => Members.TryGetValue(name, out JsonValue? member) ? member : throw Refuse($"has no '{name}'");

    /// <summary>The member of that name, or null.</summary>
    /// <exception cref="ModelFileException">It is no object.</exception>
    public JsonValue? Find(string name) => Members.GetValueOrDefault(name) is { IsNull: false } member ? member : null;

    public bool IsNull => Start().TokenType == JsonTokenType.Null;

    public bool IsList => Start().TokenType == JsonTokenType.StartArray;

    /// <summary>The items of a list.</summary>
    /// <exception cref="ModelFileException">It is none, or has too many.</exception>
    public List<JsonValue> Items()
    {
        Utf8JsonReader reader = Start();
        var items = new List<JsonValue>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Refuse($"expected a list, found {Name(reader.TokenType)}");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count == MostItems)
            {
                throw Refuse($"has more than {MostItems} items");
            }

            items.Add(Child(ref reader, $"[{items.Count}]"));
        }

        return items;
    }

    /// <summary>A string.</summary>
    /// <exception cref="ModelFileException">It is none.</exception>
    public string String()
    {
        Utf8JsonReader reader = Start();
        if (reader.TokenType != JsonTokenType.String)
        {
            throw Refuse($"expected a string, found {Name(reader.TokenType)}");
        }

        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new ModelFileException(_file.Path, $"{Path}: is no valid text: {error.Message}", error);
        }
    }

    /// <summary>A whole number in a range.</summary>
    /// <exception cref="ModelFileException">It is none.</exception>
    public int Int(int least, int most = int.MaxValue)
    {
        Utf8JsonReader reader = Start();
        // Writers that know only doubles write 8.0.
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double number) && number == Math.Floor(number)
            && number >= least && number <= most)
        {
            return (int)number;
        }

        throw Refuse($"expected a whole number from {least} to {most}, found {(reader.TokenType == JsonTokenType.Number ? ModelFileException.Quote(
            System.Text.Encoding.UTF8.GetString(reader.ValueSpan)) : Name(reader.TokenType))}");
    }

    /// <summary>A number.</summary>
    /// <exception cref="ModelFileException">It is none.</exception>
    public double Number()
    {
        Utf8JsonReader reader = Start();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double number)
            ? number
            : throw Refuse($"expected a number, found {Name(reader.TokenType)}");
    }

    /// <summary>True or false; 0 and 1 are taken for them.</summary>
    /// <exception cref="ModelFileException">It is neither.</exception>
    public bool Bool()
    {
        Utf8JsonReader reader = Start();
        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => Int(0, 1) == 1,
        };
    }

    /// <summary>Lists of lists of numbers, all equally long: an array of any rank.</summary>
    /// <exception cref="ModelFileException">It is none.</exception>
    public WeightArray Array() => new JsonArrayReader(this, _file.Path).Read(Text);

    public ModelFileException Refuse(string reason) => new(_file.Path, $"{(Path.Length == 0 ? "" : $"{ModelFileException.Quote(Path)}: ")}{reason}.");

    internal static string Name(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a truth value",
        _ => "nothing",
    };

    private Dictionary<string, JsonValue> ReadMembers()
    {
        Utf8JsonReader reader = Start();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Refuse($"expected an object, found {Name(reader.TokenType)}");
        }

        var members = new Dictionary<string, JsonValue>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name;
            try
            {
                name = reader.GetString()!;
            }
            catch (InvalidOperationException error)
            {
                throw new ModelFileException(_file.Path, $"{Path}: a member's name is no valid text: {error.Message}", error);
            }

            reader.Read();
            if (members.Count == MostItems || !members.TryAdd(name, Child(ref reader, name.Length == 0 ? "\"\"" : name)))
            {
                throw Refuse(members.Count == MostItems ? $"has more than {MostItems} members" : $"has {ModelFileException.Quote(name)} twice");
            }
        }

        return members;
    }

    private JsonValue Child(ref Utf8JsonReader reader, string name)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new JsonValue(_file, this, name, _start + start, (int)reader.BytesConsumed - start);
    }

    private Utf8JsonReader Start()
    {
        var reader = new Utf8JsonReader(Text);
        reader.Read();
        return reader;
    }
}
