using System.CommandLine;

namespace SpanRnn.Tool.Commands;

/// <summary>Where results go.</summary>
internal sealed class OutputArguments
{
    /// <summary>Below the current folder.</summary>
    public const string UsualFolder = "runs";

    public Option<string?> Folder { get; } = new("--out")
    {
        Description = $"The folder of models and checkpoints; old ones of the same name are replaced ({UsualFolder}).",
        HelpName = "DIR",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "The results as JSON on stdout; all else goes to stderr." };

    public Option[] All => [Folder, Json];
}
