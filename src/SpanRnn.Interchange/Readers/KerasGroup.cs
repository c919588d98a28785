namespace SpanRnn.Interchange.Readers;

/// <summary>The arrays of one Keras layer: those whose names are equal up to the last part.</summary>
/// <param name="prefix">That part of the names; empty for bare names.</param>
internal sealed class KerasGroup(string prefix)
{
    private readonly Dictionary<string, WeightArray> _arrays = [];

    public string Prefix { get; } = prefix;

    /// <summary>The layer's name: the last part of the prefix that is neither a cell's nor a direction's.</summary>
    public string Name => Prefix.Split('/', '.')
        .LastOrDefault(part => part.Length > 0 && !part.Contains("_cell", StringComparison.Ordinal) && part != "cell" && !IsDirection(part)) ?? "layer";

    /// <summary>0 or 1 for the layers of a Bidirectional, -1 for others.</summary>
    public int Direction => Has("forward_") ? 0 : Has("backward_") ? 1 : -1;

    /// <summary>The prefix with the direction left out, equal for both directions of a layer.</summary>
    public string WithoutDirection => Prefix.Replace("forward_", "", StringComparison.Ordinal).Replace("backward_", "", StringComparison.Ordinal);

    public bool IsRecurrent => _arrays.ContainsKey("recurrent_kernel");

    public bool IsEmbedding => _arrays.ContainsKey("embeddings");

    public bool IsDense => _arrays.ContainsKey("kernel") && !IsRecurrent;

    public WeightArray? this[string name] => _arrays.GetValueOrDefault(name);

    public IEnumerable<WeightArray> Arrays => _arrays.Values;

    public bool TryAdd(string name, WeightArray array) => _arrays.TryAdd(name, array);

    /// <summary>From <c>lstm/lstm_cell/kernel:0</c> to <c>lstm/lstm_cell</c> and <c>kernel</c>.</summary>
    public static (string Prefix, string Name) Split(string full)
    {
        string bare = full.EndsWith(":0", StringComparison.Ordinal) ? full[..^2] : full;
        int at = bare.LastIndexOfAny(['/', '.']);
        return at < 0 ? ("", bare) : (bare[..at], bare[(at + 1)..]);
    }

    private static bool IsDirection(string part) =>
        part.StartsWith("forward_", StringComparison.Ordinal) || part.StartsWith("backward_", StringComparison.Ordinal);

    private bool Has(string direction) => Prefix.Split('/', '.').Any(part => part.StartsWith(direction, StringComparison.Ordinal));
}
