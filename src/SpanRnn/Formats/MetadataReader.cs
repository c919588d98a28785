using System.Globalization;

namespace SpanRnn.Formats;

/// <summary>Typed values of a file's metadata: each is there and means something, or the file is refused.</summary>
internal sealed class MetadataReader(string file, IReadOnlyDictionary<string, string> metadata)
{
    public bool Has(string key) => metadata.ContainsKey(key);

    public string Text(string key) => metadata.TryGetValue(key, out string? value)
        ? value
        : throw new ModelFileException(file, $"metadata has no '{key}'.");

    public int Number(string key, int minimum) => Number(key, Text(key), minimum);

    public int[] Numbers(string key, int minimum)
    {
        string[] parts = Text(key).Split(',');
        int[] numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            numbers[i] = Number(key, parts[i], minimum);
        }

        return numbers;
    }

    public long Long(string key) => long.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
        ? value
        : throw Wrong(key, Text(key), "a whole number of at least 0");

    /// <summary>A finite number of at least 0, in as many digits as give back every bit.</summary>
    public double Real(string key) =>
        double.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 0 && double.IsFinite(value)
            ? value
            : throw Wrong(key, Text(key), "a finite number of at least 0");

    /// <summary>A finite number above 0.</summary>
    public float Positive(string key) =>
        float.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value > 0f && float.IsFinite(value)
            ? value
            : throw Wrong(key, Text(key), "a finite number above 0");

    public float Probability(string key) =>
        float.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value is >= 0f and < 1f
            ? value
            : throw Wrong(key, Text(key), "a probability from 0 to below 1");

    public T OneOf<T>(string key, (string Name, T Value)[] names) where T : struct
    {
        string text = Text(key);
        foreach ((string name, T value) in names)
        {
            if (name == text)
            {
                return value;
            }
        }

        throw Wrong(key, text, $"one of {string.Join(", ", names.Select(name => name.Name))}");
    }

    public ModelFileException Wrong(string key, string found, string expected) =>
        new(file, $"metadata '{key}': expected {expected}, found {ModelFileException.Quote(found)}.");

    private int Number(string key, string text, int minimum) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= minimum
            ? value
            : throw Wrong(key, text, $"a whole number of at least {minimum}");
}
