using System.Globalization;
using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Tool.Reports;

namespace SpanRnn.Tool.Training;

/// <summary>The two files of a run: the model with its best weights, and the checkpoint to go on from.</summary>
/// <param name="Model">The model's path.</param>
/// <param name="Checkpoint">The checkpoint's path.</param>
internal sealed record RunFiles(string Model, string Checkpoint)
{
    private const string Run = "run", Bits = "validation_bits", Iteration = "iteration";

    /// <summary>Files in a folder, named after the cell.</summary>
    public static RunFiles In(string folder, string cell) =>
        new(Path.Combine(folder, $"{cell}.safetensors"), Path.Combine(folder, $"{cell}.checkpoint.safetensors"));

    /// <summary>Makes the folders, and finds out whether files can be written there before hours are spent.</summary>
    /// <exception cref="ToolException">They cannot.</exception>
    public void Prepare()
    {
        foreach (string file in (string[])[Model, Checkpoint])
        {
            try
            {
                Probe(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new ToolException($"{file}: cannot be written there: {error.Message}", error);
            }
        }
    }

    private static void Probe(string file)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder);
        if (Directory.Exists(file))
        {
            throw new IOException("It is a folder, not a file.");
        }

        string probe = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
        using FileStream stream = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
    }

    /// <summary>Writes the best weights, or, before the first look, the last ones, with what should be known about them.</summary>
    /// <exception cref="IOException">The disk is full or failed; an old file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void SaveModel(TrainingRun run, SavedText text, IReadOnlyDictionary<string, string> figures)
    {
        var metadata = new Dictionary<string, string>(figures)
        {
            [Run] = Text(run, text),
            [Iteration] = (run.Best.Bits is null ? run.State.Iteration : run.Best.Iteration).ToString(CultureInfo.InvariantCulture),
        };
        if (run.Best.Bits is not { } bits)
        {
            ModelFile.Save(Model, run.Model, run.Corpus.Vocabulary, metadata);
            return;
        }

        metadata[Bits] = bits.ToString("R", CultureInfo.InvariantCulture);
        run.Best.Swap();
        try
        {
            ModelFile.Save(Model, run.Model, run.Corpus.Vocabulary, metadata);
        }
        finally
        {
            run.Best.Swap();
        }
    }

    /// <summary>Writes what is needed to go on. The model is written before it: its weights may be newer than the checkpoint, not older.</summary>
    /// <exception cref="IOException">The disk is full or failed; an old file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void SaveCheckpoint(TrainingRun run, SavedText text) => Formats.Checkpoint.Save(
        Checkpoint, run.Trainer, run.Corpus.Vocabulary, new Dictionary<string, string> { [Run] = Text(run, text), [nameof(Model)] = Path.GetFullPath(Model) });

    /// <summary>What a checkpoint tells before its weights are read.</summary>
    /// <exception cref="ToolException">It is no checkpoint of this tool.</exception>
    /// <exception cref="IOException">It cannot be read, or is malformed.</exception>
    public static (SavedRun Run, RunFiles Files) Read(string checkpoint)
    {
        using LoadedModel loaded = ModelFile.Load(checkpoint);
        if (loaded.StepCount is null || !loaded.Metadata.TryGetValue(Run, out string? json) || !loaded.Metadata.TryGetValue(nameof(Model), out string? model))
        {
            throw new ToolException($"{checkpoint}: expected a checkpoint that this tool wrote (*.checkpoint.safetensors), found {Kind(loaded)}.");
        }

        return (Parse(checkpoint, json), new RunFiles(model, checkpoint));
    }

    /// <summary>Puts a new run where the saved one was.</summary>
    /// <returns>Whether the best weights were found too.</returns>
    /// <exception cref="IOException">The checkpoint cannot be read, or is of another model.</exception>
    public bool Restore(TrainingRun run, SavedRun saved)
    {
        Formats.Checkpoint.Restore(Checkpoint, run.Trainer);
        run.Restore(saved.State);
        return saved.State.EvaluatedAt == 0 || TryRestoreBest(run, saved);
    }

    private bool TryRestoreBest(TrainingRun run, SavedRun saved)
    {
        try
        {
            using LoadedModel best = ModelFile.Load(Model);
            if (!best.Metadata.TryGetValue(Run, out string? json) || !best.Metadata.TryGetValue(Bits, out string? bits)
                || !best.Metadata.TryGetValue(Iteration, out string? iteration) || !IsSameRun(Parse(Model, json), saved))
            {
                return false;
            }

            run.Best.Keep(best.Model, double.Parse(bits, CultureInfo.InvariantCulture), long.Parse(iteration, CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ToolException or FormatException)
        {
            return false;
        }
    }

    /// <summary>The same but for how long it shall be trained.</summary>
    private static bool IsSameRun(SavedRun a, SavedRun b) =>
        a.Text.Digest == b.Text.Digest
        && a.Settings with { Iterations = 0, Seconds = null } == b.Settings with { Iterations = 0, Seconds = null };

    private static string Text(TrainingRun run, SavedText text) =>
        JsonSerializer.Serialize(new SavedRun { Settings = run.Settings, State = run.Snapshot(), Text = text }, JsonReport.Default.SavedRun);

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
