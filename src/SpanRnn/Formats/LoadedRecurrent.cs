using SpanRnn.Layers;
using SpanRnn.Streaming;

namespace SpanRnn.Formats;

/// <summary>What <see cref="RecurrentFile.Load"/> found in a file. Disposing it disposes the layers.</summary>
public sealed class LoadedRecurrent : IDisposable
{
    internal LoadedRecurrent(Recurrent recurrent) => Recurrent = recurrent;

    /// <summary>The layers, ready to run.</summary>
    public Recurrent Recurrent { get; }

    /// <summary>The strings that were given to Save, or a foreign file's own.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Tensors of a foreign file that are no part of the layers.</summary>
    public required IReadOnlyList<string> IgnoredTensors { get; init; }

    /// <summary>Whether the file has no metadata of ours: the options were read off the shapes.</summary>
    public required bool IsForeign { get; init; }

    /// <summary>How the file keeps matrices; what was loaded is float32, as always.</summary>
    public WeightFormat WeightFormat { get; internal init; }

    /// <summary>Disposes the layers.</summary>
    public void Dispose() => Recurrent.Dispose();
}
