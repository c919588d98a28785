using SpanRnn.Models;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Training;

/// <summary>One model with what it is trained on, a step at a time: what <see cref="Fit"/> loops over. It knows no console.</summary>
internal interface ITraining : IDisposable
{
    /// <summary>The weights that steps change and of which the best are kept.</summary>
    ParameterSet Weights { get; }

    /// <summary>What <see cref="Look"/> measures.</summary>
    Measure Measure { get; }

    /// <summary>What is counted for the speed: "images", "names", "characters".</summary>
    string Unit { get; }

    /// <summary>How many of these a step reads, on the average.</summary>
    double UnitsPerStep { get; }

    /// <summary>Where the next batch comes from: setting it to what was read before repeats the batches from there.</summary>
    string Position { get; set; }

    /// <summary>Takes over changed <see cref="Weights"/>.</summary>
    void Pack();

    /// <summary>Draws the next batch and updates the weights once.</summary>
    /// <param name="part">How much of the training is done, 0 to 1: what the learning rate may depend on.</param>
    /// <returns>The loss before the update.</returns>
    /// <exception cref="TrainingDivergedException">The loss or the gradients are not finite; nothing was changed.</exception>
    double Step(double part);

    /// <summary>Measures the part of the data that decides which weights are kept; null where there is none: then the last are kept.</summary>
    double? Look();

    /// <summary>Writes the model with the weights it has now.</summary>
    /// <exception cref="IOException">The disk is full or failed; an old file is unchanged.</exception>
    void SaveModel(string path, IReadOnlyDictionary<string, string> metadata);

    /// <summary>Takes the weights of a file that <see cref="SaveModel"/> wrote, and packs them.</summary>
    /// <returns>The metadata.</returns>
    /// <exception cref="IOException">It cannot be read, or is of a model of another shape.</exception>
    IReadOnlyDictionary<string, string> LoadModel(string path);

    /// <summary>Writes all that is needed to go on: weights, moments, random numbers.</summary>
    /// <exception cref="IOException">The disk is full or failed; an old file is unchanged.</exception>
    void SaveCheckpoint(string path, IReadOnlyDictionary<string, string> metadata);

    /// <summary>Goes back to what <see cref="SaveCheckpoint"/> wrote.</summary>
    /// <returns>The metadata.</returns>
    /// <exception cref="IOException">It cannot be read, or is of another training.</exception>
    IReadOnlyDictionary<string, string> RestoreCheckpoint(string path);
}
