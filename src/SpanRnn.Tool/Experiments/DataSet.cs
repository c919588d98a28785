namespace SpanRnn.Tool.Experiments;

/// <summary>Files of an experiment that do not come with the tool: where they are looked for, and how to get them.</summary>
/// <param name="Name">"MNIST".</param>
/// <param name="Folder">The folder below the data folder that usually holds them: "mnist".</param>
/// <param name="Files">Their names; a pattern such as "*.txt" stands for at least one.</param>
/// <param name="Source">Who made it and where it is public.</param>
/// <param name="Licence">What may be done with it.</param>
internal sealed record DataSet(string Name, string Folder, IReadOnlyList<string> Files, string Source, string Licence)
{
    /// <summary>The environment variable that names the data folder.</summary>
    public const string Variable = "SPANRNN_DATA";

    /// <summary>The usual data folder, below the current one.</summary>
    public const string Usual = "data";

    /// <summary>Finds the files: by --data, else below the folder of SPANRNN_DATA, else below ./data.</summary>
    /// <param name="option">--data: the folder of the files, or the data folder above it; or the file, where there is only one. May be null.</param>
    /// <returns>For each of <see cref="Files"/> its path, or all of a pattern's in ordinal order.</returns>
    /// <exception cref="ToolException">They are not there.</exception>
    public IReadOnlyList<string> Find(string? option) => Find(option, Environment.GetEnvironmentVariable(Variable));

    /// <summary>The same with the variable's value given.</summary>
    /// <exception cref="ToolException">They are not there.</exception>
    public IReadOnlyList<string> Find(string? option, string? variable)
    {
        if (option is not null && Files.Count == 1 && File.Exists(option))
        {
            return [option];
        }

        string root = option ?? (string.IsNullOrEmpty(variable) ? Usual : variable);
        string[] places = option is null ? [Path.Combine(root, Folder)] : [Path.Combine(root, Folder), root];
        string? lacking = null;
        foreach (string place in places)
        {
            string? missing = Files.FirstOrDefault(file => PathsOf(place, file).Length == 0);
            if (missing is null)
            {
                return [.. Files.SelectMany(file => PathsOf(place, file))];
            }

            lacking = Directory.Exists(place) ? missing : lacking;
        }

        string why = option is not null ? "--data" : string.IsNullOrEmpty(variable) ? $"no --data given and {Variable} not set" : Variable;
        throw new ToolException(
            $"{Name}: the data is not there. Looked for {lacking ?? string.Join(", ", Files)} in {string.Join(" and ", places)} ({why}). "
            + $"The tool does not download it: {Source}; licence: {Licence}. "
            + $"Put it into {Path.Combine(Usual, Folder)}, or name its folder with --data or, above {Folder}, with {Variable}.");
    }

    private static string[] PathsOf(string folder, string file)
    {
        if (!file.Contains('*', StringComparison.Ordinal))
        {
            string path = Path.Combine(folder, file);
            return File.Exists(path) ? [path] : [];
        }

        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, file).Order(StringComparer.Ordinal)] : [];
    }
}
