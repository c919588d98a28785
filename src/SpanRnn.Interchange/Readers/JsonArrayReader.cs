using System.Text.Json;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Readers;

/// <summary>Reads lists of lists of numbers into one array, in one pass.</summary>
internal sealed class JsonArrayReader(JsonValue value, string file)
{
    private readonly List<float> _values = [];
    private readonly List<int> _shape = [];

    /// <exception cref="ModelFileException">The lists differ in length or depth, or hold something else.</exception>
    public WeightArray Read(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw value.Refuse($"expected a list of numbers, found {JsonValue.Name(reader.TokenType)}");
        }

        ReadList(ref reader, depth: 0);
        return new WeightArray(file, value.Path, [.. _shape], [.. _values]);
    }

    // JSON this deep was refused before.
    private void ReadList(ref Utf8JsonReader reader, int depth)
    {
        bool isFirst = _shape.Count == depth;
        if (isFirst)
        {
            _shape.Add(-1); // not known until the first list of this depth ends
        }

        int count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            bool isList = reader.TokenType == JsonTokenType.StartArray;
            bool isInner = _shape.Count > depth + 1;
            if (!isList && reader.TokenType != JsonTokenType.Number)
            {
                throw value.Refuse($"expected numbers, found {JsonValue.Name(reader.TokenType)}");
            }

            // Numbers and lists do not stand side by side, nor do they change places from one list to the next.
            if (isList != isInner && !(isList && isFirst && count == 0 && _values.Count == 0))
            {
                throw value.Refuse("expected lists of one depth, found numbers beside lists");
            }

            if (isList)
            {
                ReadList(ref reader, depth + 1);
            }
            else
            {
                _values.Add(reader.TryGetSingle(out float number) ? number : throw value.Refuse("holds a number that is none"));
            }
        }

        if (!isFirst && _shape[depth] != count)
        {
            throw value.Refuse($"expected lists of one length, found {_shape[depth]} and {count}");
        }

        _shape[depth] = count;
    }
}
