using System.Text.Json;

namespace SpanRnn.Tests.Twin;

/// <summary>Where the reference data computed by PyTorch is, if it is here: it is not part of the repository.</summary>
internal static class GoldenData
{
    /// <summary>SPANRNN_DATA, or the first <c>shared/data</c> beside the test program's folder or one above it.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Why the facts that need the data do not run; null when they do.</summary>
    public static string? SkipReason { get; } =
        Root is null ? "torch/index.json was found neither under SPANRNN_DATA nor in a shared/data above the tests." : null;

    /// <summary>The entries of torch/index.json.</summary>
    public static IReadOnlyList<JsonElement> Index { get; } = ReadIndex();

    public static string PathOf(string file) => Path.Combine(Root!, "torch", file);

    private static string? Find()
    {
        IEnumerable<string> candidates = Environment.GetEnvironmentVariable("SPANRNN_DATA") is { Length: > 0 } given
            ? [given]
            : Ancestors(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, "shared", "data"));
        return candidates.FirstOrDefault(root => File.Exists(Path.Combine(root, "torch", "index.json")));
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }

    private static List<JsonElement> ReadIndex()
    {
        if (Root is null)
        {
            return [];
        }

        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(PathOf("index.json")));
        return [.. index.RootElement.GetProperty("cases").EnumerateArray().Select(entry => entry.Clone())];
    }
}
