namespace SpanRnn.Interchange.PyTorch;

/// <summary>A dictionary of a pickle: pairs in their order. Keys may be anything; those that name tensors are strings or numbers.</summary>
internal sealed class PickleDictionary
{
    private List<(object? Key, object? Value)>? _pairs;

    public int Count => _pairs?.Count ?? 0;

    public IReadOnlyList<(object? Key, object? Value)> Pairs => _pairs ?? [];

    public void Add(object? key, object? value) => (_pairs ??= []).Add((key, value));
}
