using System.Text.RegularExpressions;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>The floors of the house: a folder uses only what lies below it.</summary>
public sealed partial class FloorsTests
{
    // A model has a trainer, so Models stands on Training; a model file holds a model, so Formats stands on both.
    private static readonly Dictionary<string, int> Floor = new()
    {
        ["Lanes"] = 0,
        ["Cells"] = 1,
        ["Memory"] = 1,
        ["Workers"] = 1,
        ["Kernels"] = 2,
        ["Parameters"] = 3,
        ["Streaming"] = 4,
        ["Layers"] = 5,
        ["Training"] = 6,
        ["Models"] = 7,
        ["Formats"] = 8,
    };

    [SourceFact]
    public void A_folder_uses_only_lower_floors()
    {
        var wrong = new List<string>();
        foreach ((string folder, string file, string line) in Lines())
        {
            Assert.True(Floor.ContainsKey(folder), $"{file}: which floor is {folder}?");
            wrong.AddRange(
                from Match use in Use().Matches(line)
                let used = use.Groups[1].Value
                where used != folder && (!Floor.TryGetValue(used, out int floor) || floor >= Floor[folder])
                select $"{file}, floor {Floor[folder]}, uses {used}: {line.Trim()}");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [SourceFact]
    public void Only_the_lanes_name_an_instruction_set() =>
        Assert.DoesNotContain(
            Lines(), at => at.Folder != "Lanes" && at.Text.Contains("System.Runtime.Intrinsics", StringComparison.Ordinal));

    [SourceFact]
    public void The_instrument_reads_the_sources() =>
        Assert.Equal(Floor.Keys.Order(), Lines().Select(at => at.Folder).Distinct().Order());

    private static IEnumerable<(string Folder, string File, string Text)> Lines() =>
        from folder in Directory.EnumerateDirectories(SourceFactAttribute.Library!)
        let name = Path.GetFileName(folder)
        where name is not ("bin" or "obj")
        from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        from line in File.ReadLines(file)
        select (name, Path.GetRelativePath(SourceFactAttribute.Library!, file), line);

    /// <summary>A using line or a full name in code, but not the file's own namespace.</summary>
    [GeneratedRegex(@"(?<!namespace )\bSpanRnn\.(\w+)")]
    private static partial Regex Use();
}

/// <summary>A fact about the sources, which lie beside the tests of a clone; skipped where only the binaries are.</summary>
public sealed class SourceFactAttribute : FactAttribute
{
    public SourceFactAttribute() => Skip = Library is null ? "The sources do not lie above the test program." : null;

    /// <summary>The folder src/SpanRnn.</summary>
    public static string? Library { get; } = Find(AppContext.BaseDirectory);

    private static string? Find(string start)
    {
        for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "SpanRnn.sln")))
            {
                return Path.Combine(folder, "src", "SpanRnn");
            }
        }

        return null;
    }
}
