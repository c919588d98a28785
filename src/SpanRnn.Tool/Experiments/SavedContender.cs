using System.Text.Json;
using SpanRnn.Tool.Reports;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Experiments;

/// <summary>What the files of a contender say about its run, as one string of JSON.</summary>
internal sealed record SavedContender
{
    public required string Experiment { get; init; }

    public required Contender Contender { get; init; }

    /// <summary>Of the data.</summary>
    public required string Digest { get; init; }

    public required TrainingState State { get; init; }

    /// <summary>As text for the files' metadata.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, JsonReport.Default.SavedContender);

    /// <summary>From a file's metadata.</summary>
    /// <exception cref="ToolException">The file says nothing of the kind.</exception>
    public static SavedContender Of(string file, IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            if (metadata.TryGetValue(RunFiles.Run, out string? json) && JsonSerializer.Deserialize(json, JsonReport.Default.SavedContender) is { } saved)
            {
                return saved;
            }
        }
        catch (JsonException error)
        {
            throw new ToolException($"{file}: what it says about its training cannot be read: {error.Message}", error);
        }

        throw new ToolException($"{file}: expected a file of an experiment of this tool, found one that does not say which.");
    }

    /// <summary>Whether another file is of the same run, wherever it was in it.</summary>
    public bool IsSameRun(SavedContender other) => Experiment == other.Experiment && Contender == other.Contender && Digest == other.Digest;
}
