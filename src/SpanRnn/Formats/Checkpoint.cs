using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;

namespace SpanRnn.Formats;

/// <summary>
/// A training that can go on: the model's file, with the optimizer's moments (<c>optimizer.exp_avg.rnn.weight_ih_l0</c>, ...), its step
/// and learning rate, the stream of dropout masks and the carried states. Going on from it gives the same bits as not having stopped.
/// </summary>
/// <remarks><see cref="ModelFile.Load"/> reads the model of it.</remarks>
/// <example><code>
/// Checkpoint.Save("run.safetensors", trainer, vocabulary, new Dictionary&lt;string, string> { ["position"] = "1200" });
///
/// using LoadedModel loaded = ModelFile.Load("run.safetensors");
/// using var trainer = new Trainer(loaded.Model, options);        // options as they were
/// IReadOnlyDictionary&lt;string, string> extra = Checkpoint.Restore("run.safetensors", trainer);
/// </code></example>
public static class Checkpoint
{
    private const string Optimizer = "optimizer.", Hidden = "trainer.hidden", Cell = "trainer.cell";

    /// <summary>Writes a checkpoint as a whole: on any failure an old file stays as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trainer">Its model, optimizer and states are written.</param>
    /// <param name="vocabulary">The symbols of its tokens.</param>
    /// <param name="extra">Strings of the caller's; keys must not start with <c>spanrnn.</c></param>
    /// <exception cref="InvalidOperationException">Batches were accumulated since the last update, see <see cref="ModelTrainer.PendingBatches"/>.</exception>
    /// <exception cref="TrainingDivergedException">A weight, moment or state is not finite: the file could not be restored.</exception>
    /// <exception cref="ArgumentException">The vocabulary is not of the model's size, or a key is one of ours.</exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failed; the message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="ObjectDisposedException">The trainer or its model is disposed.</exception>
    public static void Save(
        string path, Trainer trainer, Vocabulary? vocabulary = null, IReadOnlyDictionary<string, string>? extra = null)
    {
        Check(trainer);
        SafetensorsWriter writer = ModelFile.Writer(
            Names.Checkpoint, trainer.Model, vocabulary, extra, CheckpointText.Settings(trainer).Concat(CheckpointText.State(trainer)));
        AddState(writer, trainer);
        writer.Save(path);
    }

    /// <summary>Writes a checkpoint of an encoder-decoder's training as a whole: on any failure an old file stays as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trainer">Its model, optimizer and random streams are written.</param>
    /// <param name="extra">Strings of the caller's; keys must not start with <c>spanrnn.</c></param>
    /// <exception cref="InvalidOperationException">Batches were accumulated since the last update, see <see cref="ModelTrainer.PendingBatches"/>.</exception>
    /// <exception cref="TrainingDivergedException">A weight or moment is not finite: the file could not be restored.</exception>
    /// <exception cref="ArgumentException">A key is one of ours.</exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failed; the message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="ObjectDisposedException">The trainer or its model is disposed.</exception>
    public static void Save(string path, EncoderDecoderTrainer trainer, IReadOnlyDictionary<string, string>? extra = null)
    {
        Check(trainer);
        SafetensorsWriter writer = EncoderDecoderFile.Writer(
            Names.EncoderDecoderCheckpoint, trainer.Model, extra, CheckpointText.Settings(trainer).Concat(CheckpointText.State(trainer)));
        AddState(writer, trainer);
        writer.Save(path);
    }

    /// <summary>
    /// Puts a trainer where the saved one was. It must have been built as that one was: model, optimizer, schedule, clipping, losses;
    /// the largest T and the seed may differ. The learning rate and weight decay are restored, and may be set afterwards.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="trainer">Its weights, moments, step, states and dropout are replaced; unchanged when the file is refused.</param>
    /// <returns>The strings that were given to Save.</returns>
    /// <exception cref="ModelFileException">The file is malformed, is no checkpoint, or is of a trainer built otherwise.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    /// <exception cref="ObjectDisposedException">The trainer or its model is disposed.</exception>
    public static IReadOnlyDictionary<string, string> Restore(string path, Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        SequenceModelOptions options = trainer.Model.Options;
        return Restore(
            path, trainer, Names.Checkpoint, OptionsText.Write(options), TensorPlan.Of(options), options.Recurrent,
            (tensors, weights) =>
            {
                WeightFile.Read(tensors, weights, trainer.Model.Weights, options.Recurrent, allowNonFinite: false);
                trainer.Model.Pack();
            });
    }

    /// <inheritdoc cref="Restore(string, Trainer)"/>
    public static IReadOnlyDictionary<string, string> Restore(string path, EncoderDecoderTrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        EncoderDecoderOptions options = trainer.Model.Options;
        return Restore(
            path, trainer, Names.EncoderDecoderCheckpoint, EncoderDecoderText.Write(options), TensorPlan.Of(options), recurrent: null,
            (tensors, weights) => EncoderDecoderFile.Read(tensors, weights, trainer.Model, allowNonFinite: false));
    }

    private static IReadOnlyDictionary<string, string> Restore(
        string path, ModelTrainer trainer, string expected, IEnumerable<(string Key, string Value)> options, IEnumerable<ExpectedTensor> plan,
        RecurrentOptions? recurrent, Action<TensorTable, ExpectedTensor[]> readWeights)
    {
        ObjectDisposedException.ThrowIf(trainer.IsDisposed, trainer);
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        string found = WeightFile.FormatOf(path, reader) is { } format ? ModelFileException.Quote(format) : "a file without our metadata";
        if (found != ModelFileException.Quote(expected))
        {
            string wanted = expected == Names.Checkpoint ? "a checkpoint" : "an encoder-decoder's checkpoint";
            throw new ModelFileException(path, $"expected {wanted}, found {found}.");
        }

        var metadata = new MetadataReader(path, reader.Metadata);
        foreach ((string key, string value) in options.Concat(CheckpointText.Settings(trainer)))
        {
            if (metadata.Text(key) != value)
            {
                throw new ModelFileException(path, $"'{key}': the trainer has '{value}', the checkpoint {ModelFileException.Quote(metadata.Text(key))}.");
            }
        }

        long step = metadata.Long(CheckpointText.Step);
        double learningRate = metadata.Real(CheckpointText.LearningRate), weightDecay = metadata.Real(CheckpointText.WeightDecay);
        RandomState dropout = CheckpointText.ReadStream(metadata, CheckpointText.Dropout);
        RandomState sampling = trainer is EncoderDecoderTrainer ? CheckpointText.ReadStream(metadata, CheckpointText.Sampling) : trainer.Sampling.State;
        var tensors = new TensorTable(path, reader, isForeign: false);
        ExpectedTensor[] weights = Check(tensors, trainer, plan, recurrent);

        // Everything is known to be good: from here on only the disk can fail.
        readWeights(tensors, weights);
        foreach ((string name, ParameterSet moment) in trainer.Options.Optimizer.Moments)
        {
            foreach (ParameterInfo info in moment.Layout.Tensors)
            {
                tensors.Read($"{Optimizer}{name}.{info.Name}", moment[info.Name], allowNonFinite: false);
            }
        }

        tensors.Read(Hidden, trainer.Hidden, allowNonFinite: false);
        tensors.Read(Cell, trainer.Cell, allowNonFinite: false);
        (trainer.Dropout.State, trainer.Sampling.State) = (dropout, sampling);
        trainer.Resume(step, learningRate, weightDecay);
        return WeightFile.CallersMetadata(reader);
    }

    /// <summary>Whether a tensor of a checkpoint is the trainer's rather than the model's.</summary>
    internal static bool IsTrainers(string name) => name is Hidden or Cell || name.StartsWith(Optimizer, StringComparison.Ordinal);

    private static void Check(ModelTrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ObjectDisposedException.ThrowIf(trainer.IsDisposed, trainer);
        if (trainer.PendingBatches > 0)
        {
            throw new InvalidOperationException(
                $"{trainer.PendingBatches} of {trainer.Options.AccumulatedBatches} batches are accumulated, and a checkpoint does not hold gradients: "
                + "save after an update, when PendingBatches is 0.");
        }

        FiniteState.Check(trainer);
    }

    private static void AddState(SafetensorsWriter writer, ModelTrainer trainer)
    {
        foreach ((string name, ParameterSet moment) in trainer.Options.Optimizer.Moments)
        {
            WeightFile.Add(writer, moment, $"{Optimizer}{name}.");
        }

        writer.Add(Hidden, [trainer.Hidden.Length], SafetensorsType.F32, sink => sink.Write(trainer.Hidden));
        writer.Add(Cell, [trainer.Cell.Length], SafetensorsType.F32, sink => sink.Write(trainer.Cell));
    }

    private static ExpectedTensor[] Check(TensorTable tensors, ModelTrainer trainer, IEnumerable<ExpectedTensor> plan, RecurrentOptions? recurrent)
    {
        ExpectedTensor[] weights = WeightFile.Check(tensors, plan);
        var all = new List<ExpectedTensor>(weights);
        foreach ((string name, _) in trainer.Options.Optimizer.Moments)
        {
            foreach (ExpectedTensor weight in weights)
            {
                all.Add(weight with { Name = $"{Optimizer}{name}.{weight.Name}" });
            }
        }

        foreach (ExpectedTensor weight in weights)
        {
            if (recurrent?.Bias == BiasKind.Single)
            {
                tensors.SecondBias(weight, recurrent.Cell, allowNonFinite: false);
            }
        }

        all.Add(new(Hidden, [trainer.Hidden.Length], TensorRole.State));
        all.Add(new(Cell, [trainer.Cell.Length], TensorRole.State));
        foreach (ExpectedTensor tensor in all)
        {
            tensors.Check(tensor);
            tensors.CheckFinite(tensor.Name);
        }

        return weights;
    }
}
