using SpanRnn.Models;

namespace SpanRnn.Formats;

/// <summary>What <see cref="EncoderDecoderFile.Load"/> found in a file. Disposing it disposes the model.</summary>
public sealed class LoadedEncoderDecoder : IDisposable
{
    internal LoadedEncoderDecoder(EncoderDecoder model) => Model = model;

    /// <summary>The model, ready to run.</summary>
    public EncoderDecoder Model { get; }

    /// <summary>The strings that were given to Save.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Updates of the training that the file is a checkpoint of; null for a model file.</summary>
    public long? StepCount { get; internal init; }

    /// <summary>Disposes the model.</summary>
    public void Dispose() => Model.Dispose();
}
