using System.Globalization;

namespace SpanRnn.Tool.Training;

/// <summary>The two files of a run: the model with its best weights, and the checkpoint to go on from.</summary>
/// <param name="Model">The model's path.</param>
/// <param name="Checkpoint">The checkpoint's path.</param>
internal sealed record RunFiles(string Model, string Checkpoint)
{
    /// <summary>The metadata key of what a file says about its run, as JSON.</summary>
    public const string Run = "run";

    private const string Iteration = "iteration";

    /// <summary>Files in a folder, named after the cell or whatever tells the models of a folder apart.</summary>
    public static RunFiles In(string folder, string id) =>
        new(Path.Combine(folder, $"{id}.safetensors"), Path.Combine(folder, $"{id}.checkpoint.safetensors"));

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
    /// <param name="fit">Whose weights.</param>
    /// <param name="run">What the file shall say about the run, as JSON.</param>
    /// <param name="figures">What else it shall say.</param>
    /// <exception cref="IOException">The disk is full or failed; an old file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void SaveModel(Fit fit, string run, IReadOnlyDictionary<string, string> figures)
    {
        var metadata = new Dictionary<string, string>(figures)
        {
            [Run] = run,
            [Iteration] = (fit.Best.Figure is null ? fit.State.Iteration : fit.Best.Iteration).ToString(CultureInfo.InvariantCulture),
        };
        if (fit.Best.Figure is not { } figure)
        {
            fit.Training.SaveModel(Model, metadata);
            return;
        }

        metadata[KeyOf(fit)] = figure.ToString("R", CultureInfo.InvariantCulture);
        fit.Best.Swap();
        try
        {
            fit.Training.SaveModel(Model, metadata);
        }
        finally
        {
            fit.Best.Swap();
        }
    }

    /// <summary>Writes what is needed to go on. The model is written before it: its weights may be newer than the checkpoint, not older.</summary>
    /// <exception cref="IOException">The disk is full or failed; an old file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void SaveCheckpoint(Fit fit, string run) => fit.Training.SaveCheckpoint(
        Checkpoint, new Dictionary<string, string> { [Run] = run, [nameof(Model)] = Path.GetFullPath(Model) });

    /// <summary>Gives a fit the best weights of a run that goes on, if the model's file still holds them.</summary>
    /// <param name="fit">It has the checkpoint's weights, and keeps them.</param>
    /// <param name="isSameRun">Whether what a file says about its run is said of this run.</param>
    public bool TryRestoreBest(Fit fit, Func<string, bool> isSameRun)
    {
        var last = new BestWeights(fit.Training);
        last.Keep(double.NaN, fit.State.Iteration);
        try
        {
            IReadOnlyDictionary<string, string> metadata = fit.Training.LoadModel(Model);
            if (!metadata.TryGetValue(Run, out string? run) || !metadata.TryGetValue(KeyOf(fit), out string? figure)
                || !metadata.TryGetValue(Iteration, out string? iteration) || !isSameRun(run))
            {
                return false;
            }

            fit.Best.Keep(double.Parse(figure, CultureInfo.InvariantCulture), long.Parse(iteration, CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ToolException or FormatException)
        {
            return false;
        }
        finally
        {
            last.Swap();
        }
    }

    /// <summary>The key of the figure by which the best weights were kept: "validation_bits", "accuracy".</summary>
    private static string KeyOf(Fit fit) =>
        string.Concat(fit.Training.Measure.Id.Select(letter => char.IsUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
