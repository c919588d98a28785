using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Training;

/// <summary>The training of an <see cref="EncoderDecoder"/>: its files are here; batches and looks come from who derives from it.</summary>
/// <param name="model">Disposed with this.</param>
/// <param name="trainer">Disposed with this.</param>
internal abstract class EncoderDecoderTraining(EncoderDecoder model, EncoderDecoderTrainer trainer) : ITraining
{
    public EncoderDecoder Model => model;

    public EncoderDecoderTrainer Trainer => trainer;

    public ParameterSet Weights => model.Weights;

    public abstract Measure Measure { get; }

    public abstract string Unit { get; }

    public abstract double UnitsPerStep { get; }

    public abstract string Position { get; set; }

    /// <summary>What every file of it says besides: the words or characters that its tokens stand for.</summary>
    protected abstract IReadOnlyDictionary<string, string> Notes { get; }

    public void Pack() => model.Pack();

    public abstract double Step(double part);

    public abstract double? Look();

    public void SaveModel(string path, IReadOnlyDictionary<string, string> metadata) =>
        EncoderDecoderFile.Save(path, model, Notes.Concat(metadata).ToDictionary());

    public IReadOnlyDictionary<string, string> LoadModel(string path)
    {
        using LoadedEncoderDecoder loaded = EncoderDecoderFile.Load(path);
        SameShape.Copy(path, loaded.Model.Weights, Weights);
        Pack();
        return loaded.Metadata;
    }

    public void SaveCheckpoint(string path, IReadOnlyDictionary<string, string> metadata) =>
        Checkpoint.Save(path, trainer, Notes.Concat(metadata).ToDictionary());

    public IReadOnlyDictionary<string, string> RestoreCheckpoint(string path) => Checkpoint.Restore(path, trainer);

    public virtual void Dispose()
    {
        trainer.Dispose();
        model.Dispose();
    }
}
