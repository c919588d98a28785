using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Training;

/// <summary>The training of a <see cref="SequenceModel"/>: its files are here; batches and looks come from who derives from it.</summary>
/// <param name="model">Disposed with this.</param>
/// <param name="trainer">Disposed with this.</param>
internal abstract class SequenceTraining(SequenceModel model, Trainer trainer) : ITraining
{
    public SequenceModel Model => model;

    public Trainer Trainer => trainer;

    public ParameterSet Weights => model.Weights;

    public abstract Measure Measure { get; }

    public abstract string Unit { get; }

    public abstract double UnitsPerStep { get; }

    public abstract string Position { get; set; }

    /// <summary>The symbols of the tokens, if the model reads tokens: they are written into its files.</summary>
    public virtual Vocabulary? Vocabulary => null;

    /// <summary>What every model file of it says besides: the names of the classes.</summary>
    protected virtual IReadOnlyDictionary<string, string> Notes => new Dictionary<string, string>();

    public void Pack() => model.Pack();

    public abstract double Step(double part);

    public abstract double? Look();

    public void SaveModel(string path, IReadOnlyDictionary<string, string> metadata) =>
        ModelFile.Save(path, model, Vocabulary, Notes.Concat(metadata).ToDictionary());

    public IReadOnlyDictionary<string, string> LoadModel(string path)
    {
        using LoadedModel loaded = ModelFile.Load(path);
        SameShape.Copy(path, loaded.Model.Weights, Weights);
        Pack();
        return loaded.Metadata;
    }

    public void SaveCheckpoint(string path, IReadOnlyDictionary<string, string> metadata) => Checkpoint.Save(path, trainer, Vocabulary, metadata);

    public IReadOnlyDictionary<string, string> RestoreCheckpoint(string path) => Checkpoint.Restore(path, trainer);

    public virtual void Dispose()
    {
        trainer.Dispose();
        model.Dispose();
    }
}
