namespace SpanRnn.Comparisons.Reports;

/// <summary>perf/results/(cpu)/, one file per table and number of threads.</summary>
internal static class ResultFolder
{
    public static string Save(string table, int threads, string text)
    {
        string folder = Path.Combine(Repository.Perf, "results", MachineFacts.Slug);
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, threads == 1 ? $"{table}.md" : $"{table}-{threads}-threads.md");
        File.WriteAllText(path, text);
        return Path.GetRelativePath(Repository.Root, path);
    }
}
