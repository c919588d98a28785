using SpanRnn.Formats;
using SpanRnn.Interchange.Readers;
using SpanRnn.Interchange.Stages;
using SpanRnn.Lanes;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange;

/// <summary>Another program's model: stages in a row over [T, B, size] numbers or [T, B] tokens, on the engine's own kernels.</summary>
/// <remarks>
/// <para>Arrays are time-major and dense: x [T, B, I] or tokens [T, B]; y [T, B, O], or [B, O] where the model selects one step
/// (<see cref="GivesEveryStep"/>).</para>
/// <para>Weights are immutable and shared by any number of runs and sessions, each of which serves one thread at a time.</para>
/// </remarks>
public sealed class ImportedModel : IDisposable
{
    private readonly ModelStage[] _stages;

    /// <summary>A model of those stages, which are disposed with it.</summary>
    /// <param name="stages">From input to output, at least one.</param>
    /// <param name="summary">What the reader found; layers and parameters are filled in from the stages.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a stage stands where it cannot.</exception>
    public ImportedModel(IReadOnlyList<ModelStage> stages, ModelSummary summary)
    {
        ArgumentNullException.ThrowIfNull(stages);
        ArgumentNullException.ThrowIfNull(summary);
        _stages = [.. stages];
        StageOrder.Check(_stages);
        TakesTokens = _stages[0] is EmbeddingStage;
        GivesEveryStep = !_stages.Any(stage => stage is SelectionStage);
        (InputSize, OutputSize) = (_stages[0].InputSize, _stages[^1].OutputSize);
        Summary = summary with
        {
            Layers = summary.Layers.Count > 0 ? summary.Layers : [.. _stages.Select(stage => stage.Summarize())],
            Parameters = _stages.Sum(stage => stage.Parameters),
        };
    }

    /// <summary>What was found in the file.</summary>
    public ModelSummary Summary { get; }

    /// <summary>The stages, from input to output.</summary>
    public IReadOnlyList<ModelStage> Stages => _stages;

    /// <summary>Whether inputs are tokens rather than numbers.</summary>
    public bool TakesTokens { get; }

    /// <summary>Numbers of a step's input; of a model that takes tokens, how many it knows.</summary>
    public int InputSize { get; }

    /// <summary>Numbers of an output.</summary>
    public int OutputSize { get; }

    /// <summary>Whether there is an output for every step, rather than one for each sequence.</summary>
    public bool GivesEveryStep { get; }

    /// <summary>The width of the vectors; the results do not depend on it.</summary>
    internal Isa Isa { get; init; } = Isa.Best;

    /// <summary>Reads a model of any known format, which is told from the file's content, not from its name. No code of the file is run.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What the file cannot say; null for none.</param>
    /// <exception cref="ModelFileException">The format is unknown, the file is malformed, or holds what cannot be run.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static ImportedModel Open(string path, ImportOptions? options = null) => ModelReaders.Open(path, options ?? new ImportOptions());

    /// <summary>Takes memory for runs of up to <paramref name="maxSteps"/> steps of <paramref name="maxBatch"/> sequences.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public ImportedRun Plan(int maxSteps, int maxBatch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBatch);
        return new ImportedRun(this, maxSteps, maxBatch);
    }

    /// <summary>A state of its own, to be stepped with these weights, or with them in a smaller format.</summary>
    /// <param name="weights">
    /// How embedding, recurrent, dense and convolution layers keep their matrices; packed for the first session with it, shared by all others.
    /// Biases and all other layers stay float32.
    /// </param>
    /// <exception cref="InvalidOperationException">A layer is bidirectional: it needs the end of a sequence before its start.</exception>
    /// <exception cref="ArgumentException">A weight is not finite, as int8 needs it.</exception>
    public ImportedSession CreateSession(WeightFormat weights = WeightFormat.Float32) => new(this, weights);

    internal bool IsDisposed { get; private set; }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        IsDisposed = true;
        foreach (ModelStage stage in _stages)
        {
            stage.Dispose();
        }
    }
}
