namespace SpanRnn.Comparisons;

/// <summary>Where the repository is, found from the program upwards.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Perf => Path.Combine(Root, "perf");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "SpanRnn.sln"))) return folder.FullName;
        return Directory.GetCurrentDirectory();
    }
}
