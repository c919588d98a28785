using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Tool.Reports;

namespace SpanRnn.Tool.Training;

/// <summary>What the files of a run on a text say about it, as one string of JSON beside weights, moments and the trainer's random numbers.</summary>
internal sealed record SavedRun
{
    public required TrainingSettings Settings { get; init; }

    public required TrainingState State { get; init; }

    public required SavedText Text { get; init; }

    /// <summary>What is said of a run as it is now.</summary>
    public static string Of(Fit fit, TrainingSettings settings, SavedText text) =>
        JsonSerializer.Serialize(new SavedRun { Settings = settings, State = fit.Snapshot(), Text = text }, JsonReport.Default.SavedRun);

    /// <summary>What a checkpoint tells before its weights are read.</summary>
    /// <exception cref="ToolException">It is no checkpoint of this tool.</exception>
    /// <exception cref="IOException">It cannot be read, or is malformed.</exception>
    public static (SavedRun Run, RunFiles Files) Read(string checkpoint)
    {
        using LoadedModel loaded = ModelFile.Load(checkpoint);
        if (loaded.StepCount is null || !loaded.Metadata.TryGetValue(RunFiles.Run, out string? json)
            || !loaded.Metadata.TryGetValue(nameof(RunFiles.Model), out string? model))
        {
            throw new ToolException($"{checkpoint}: expected a checkpoint that this tool wrote (*.checkpoint.safetensors), found {Kind(loaded)}.");
        }

        return (Parse(checkpoint, json), new RunFiles(model, checkpoint));
    }

    /// <summary>Puts a new fit where the saved one was.</summary>
    /// <returns>Whether the best weights were found too.</returns>
    /// <exception cref="IOException">The checkpoint cannot be read, or is of another model.</exception>
    public bool Restore(Fit fit, RunFiles files)
    {
        fit.Training.RestoreCheckpoint(files.Checkpoint);
        fit.Restore(State);
        return State.EvaluatedAt == 0 || files.TryRestoreBest(fit, json => IsSameRun(Parse(files.Model, json)));
    }

    /// <summary>The same but for how long it shall be trained.</summary>
    private bool IsSameRun(SavedRun other) =>
        Text.Digest == other.Text.Digest
        && Settings with { Iterations = 0, Seconds = null } == other.Settings with { Iterations = 0, Seconds = null };

    /// <summary>The text that a model or a checkpoint was trained on; null if the file does not say.</summary>
    public static SavedText? TextOf(LoadedModel loaded)
    {
        try
        {
            return loaded.Metadata.TryGetValue(RunFiles.Run, out string? json)
                ? JsonSerializer.Deserialize(json, JsonReport.Default.SavedRun)?.Text : null;
        }
        catch (JsonException)
        {
            return null; // another program's note, or of another experiment
        }
    }

    private static SavedRun Parse(string file, string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, JsonReport.Default.SavedRun) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw new ToolException($"{file}: what it says about its training cannot be read: {error.Message}", error);
        }
    }

    private static string Kind(LoadedModel loaded) => loaded.IsForeign ? "another program's file" : loaded.StepCount is null ? "a model" : "another checkpoint";
}
