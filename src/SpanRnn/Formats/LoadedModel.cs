using SpanRnn.Models;
using SpanRnn.Streaming;

namespace SpanRnn.Formats;

/// <summary>What <see cref="ModelFile.Load"/> found in a file. Disposing it disposes the model.</summary>
public sealed class LoadedModel : IDisposable
{
    internal LoadedModel(SequenceModel model) => Model = model;

    /// <summary>The model, ready to run.</summary>
    public SequenceModel Model { get; }

    /// <summary>The symbols of its tokens, if the file has them.</summary>
    public Vocabulary? Vocabulary { get; internal init; }

    /// <summary>The strings that were given to Save, or a foreign file's own.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Tensors of a foreign file that are no part of the model.</summary>
    public required IReadOnlyList<string> IgnoredTensors { get; init; }

    /// <summary>Whether the file has no metadata of ours: the options were read off the shapes, and the head taken for one of every step.</summary>
    public required bool IsForeign { get; init; }

    /// <summary>Updates of the training that the file is a checkpoint of; null for a model file.</summary>
    public long? StepCount { get; internal init; }

    /// <summary>How the file keeps matrices; what was loaded is float32, as always.</summary>
    public WeightFormat WeightFormat { get; internal init; }

    /// <summary>Disposes the model.</summary>
    public void Dispose() => Model.Dispose();
}
