namespace SpanRnn.Tests.Support;

/// <summary>The recorded data that tests compare with: SPANRNN_DATA, or a shared/data folder beside any parent.</summary>
public static class DataFolder
{
    public const string Variable = "SPANRNN_DATA";

    /// <summary>The folder, or null on a machine that has none.</summary>
    public static string? Root { get; } = Find(Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory);

    /// <summary>Joins names to the root; only for tests that are skipped without it.</summary>
    public static string Path(params string[] names) =>
        System.IO.Path.Combine([Root ?? throw new InvalidOperationException(Missing()), .. names]);

    /// <summary>Null when every name is there, otherwise the sentence that a skipped test shows.</summary>
    public static string? WhyMissing(params string[] names)
    {
        if (Root is null)
            return Missing();
        string? absent = names.Select(name => Path(name)).FirstOrDefault(path => !System.IO.Path.Exists(path));
        return absent is null ? null : $"Missing test data: {absent}.";
    }

    internal static string? Find(string? variable, string start)
    {
        // A variable that names nothing must be seen, not papered over by another folder.
        if (!string.IsNullOrEmpty(variable))
            return Directory.Exists(variable) ? variable : null;
        for (string? folder = start; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            string candidate = System.IO.Path.Combine(folder, "shared", "data");
            if (Directory.Exists(candidate))
                return candidate;
        }
        return null;
    }

    private static string Missing() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
        ? $"Missing test data: {Variable} names '{folder}', which is not a folder."
        : $"Missing test data: no shared/data beside a parent of {AppContext.BaseDirectory}, and {Variable} is not set.";
}
