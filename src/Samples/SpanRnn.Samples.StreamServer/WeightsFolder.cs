using SpanRnn.Formats;
using SpanRnn.Models;

namespace SpanRnn.Samples.StreamServer;

/// <summary>Where new weights may come from: one folder, named when the server starts.</summary>
internal sealed class WeightsFolder(ServerOptions options)
{
    private int _isLoading;

    /// <summary>Reads a model file of the folder.</summary>
    /// <exception cref="RefusedException">There is no folder, no such file, or it holds no model that can be stepped.</exception>
    public FrozenModel Load(string? name)
    {
        string folder = options.WeightsFolder ?? throw new RefusedException(403, "this server was started without --weights, so its weights stay.");
        if (string.IsNullOrEmpty(name) || name is "." or ".." || name.AsSpan().IndexOfAny("/\\:\0") >= 0)
        {
            throw new RefusedException(400, "file: expected the name of a file in the folder of weights, without a path.");
        }

        if (Interlocked.Exchange(ref _isLoading, 1) == 1)
        {
            throw new RefusedException(409, "other weights are being loaded.");
        }

        try
        {
            using SequenceModel model = ModelFile.Load(Path.Combine(folder, name)).Model;
            return model.Freeze(options.Format);
        }
        catch (Exception missing) when (missing is FileNotFoundException or UnauthorizedAccessException)
        {
            throw new RefusedException(404, $"{name}: there is no such file in the folder of weights.");
        }
        catch (ModelFileException wrong)
        {
            throw new RefusedException(400, $"{name}: {wrong.Reason}"); // without the path, which is not the client's
        }
        catch (IOException)
        {
            throw new RefusedException(503, $"{name}: the file could not be read.");
        }
        catch (InvalidOperationException wrong)
        {
            throw new RefusedException(400, $"{name}: {wrong.Message}");
        }
        finally
        {
            Volatile.Write(ref _isLoading, 0);
        }
    }
}
