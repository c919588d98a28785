using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Losses;
using SpanRnn.Training.Optimizers;
using SpanRnn.Training.Schedules;
using Xunit;

namespace SpanRnn.Tests.Formats;

public sealed class CheckpointTests : IDisposable
{
    private const int Steps = 6, Batch = 3;

    private readonly TemporaryFolder _folder = new();

    private string File => _folder.Path("run.safetensors");

    public static TheoryData<string> Optimizers => ["Adam", "AMSGrad", "AdamW", "RMSprop", "SGD", "Momentum", "Adagrad"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Going_on_gives_the_same_bits_as_not_having_stopped(string optimizer) => Resume(CellKind.Lstm, BiasKind.Single, optimizer);

    [Theory]
    [InlineData(CellKind.Rnn, BiasKind.None)]
    [InlineData(CellKind.Gru, BiasKind.Double)]
    [InlineData(CellKind.Gru, BiasKind.Single)]
    [InlineData(CellKind.GruResetBefore, BiasKind.Single)]
    public void Going_on_gives_the_same_bits_whatever_the_cell(CellKind cell, BiasKind bias) => Resume(cell, bias, "Adam");

    private void Resume(CellKind cell, BiasKind bias, string optimizer)
    {
        using SequenceModel straight = DrawnModels.Small(cell, bias, dropout: 0.3f), first = DrawnModels.Small(cell, bias, dropout: 0.3f);
        using Trainer without = TrainerOf(straight, optimizer, 2), before = TrainerOf(first, optimizer, 2);
        Train(without, 0, 20);
        Train(before, 0, 10);
        Assert.Equal(5, before.StepCount);
        Checkpoint.Save(File, before, Vocabulary.Of("abcde"), new Dictionary<string, string> { ["position"] = "10" });

        using LoadedModel loaded = ModelFile.Load(File);
        Assert.Equal(5, loaded.StepCount);
        Assert.Empty(loaded.IgnoredTensors);
        DrawnModels.AssertSame(first.Weights, loaded.Model.Weights);
        using Trainer after = TrainerOf(loaded.Model, optimizer, 2, seed: 99);
        IReadOnlyDictionary<string, string> extra = Checkpoint.Restore(File, after);
        Assert.Equal("10", Assert.Single(extra).Value);
        Train(after, 10, 10);
        AssertSame(without, after);

        // And into a trainer that has been elsewhere.
        Train(after, 3, 3);
        Checkpoint.Restore(File, after);
        Train(after, 10, 10);
        AssertSame(without, after);
    }

    [Fact]
    public void The_tensors_have_PyTorchs_names()
    {
        using SequenceModel model = DrawnModels.Small();
        using Trainer trainer = TrainerOf(model);
        Checkpoint.Save(File, trainer);
        using SafetensorsReader reader = SafetensorsReader.Open(File);
        Assert.Equal([16, 3], reader.Find("optimizer.exp_avg.rnn.weight_ih_l0").Shape.ToArray());
        Assert.Equal([5], reader.Find("optimizer.exp_avg_sq.fc.bias").Shape.ToArray());
        Assert.Equal([2 * Batch * 4], reader.Find("trainer.cell").Shape.ToArray());
    }

    [Fact]
    public void A_learning_rate_set_by_hand_is_kept()
    {
        using SequenceModel model = DrawnModels.Small();
        using var trainer = new Trainer(model, new() { Steps = Steps, Optimizer = new Sgd(0.1) });
        trainer.Options.Optimizer.LearningRate = 1.0 / 3;
        trainer.Options.Optimizer.WeightDecay = 1e-7;
        Checkpoint.Save(File, trainer);
        trainer.Options.Optimizer.LearningRate = 0;
        Checkpoint.Restore(File, trainer);
        Assert.Equal(1.0 / 3, trainer.Options.Optimizer.LearningRate);
        Assert.Equal(1e-7, trainer.Options.Optimizer.WeightDecay);
    }

    [Fact]
    public void In_the_middle_of_an_accumulation_nothing_is_saved()
    {
        using SequenceModel model = DrawnModels.Small();
        using Trainer trainer = TrainerOf(model, "Adam", 3);
        Train(trainer, 0, 1);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Checkpoint.Save(File, trainer));
        Assert.Contains("1 of 3 batches are accumulated", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_trainer_built_otherwise_is_refused_and_unchanged()
    {
        using SequenceModel model = DrawnModels.Small(), other = DrawnModels.Small(CellKind.Gru), dropped = DrawnModels.Small(dropout: 0.5f);
        using (Trainer saved = TrainerOf(model))
        {
            Train(saved, 0, 2);
            Checkpoint.Save(File, saved);
        }

        Refuses(other, options => options, "'spanrnn.cell': the trainer has 'gru', the checkpoint 'lstm'.");
        Refuses(dropped, options => options, "'spanrnn.dropout': the trainer has '0.5', the checkpoint '0'.");
        Refuses(model, options => options with { Optimizer = new Adam(beta1: 0.8) }, "the trainer has 'Adam beta1=0.8 beta2=0.999");
        Refuses(model, options => options with { Optimizer = new Sgd(0.1) }, "the trainer has 'SGD momentum=0 nesterov=False'");
        Refuses(model, options => options with { Schedule = null }, "'spanrnn.schedule': the trainer has 'none', the checkpoint 'warmup(4, cosine(0.02, 15, 0.001), 0.3");
        Refuses(model, options => options with { MaxGradientNorm = null }, "'spanrnn.max_gradient_norm': the trainer has 'none', the checkpoint '0.5'.");
        Refuses(model, options => options with { MaxGradientValue = 1 }, "'spanrnn.max_gradient_value': the trainer has '1', the checkpoint '0.1'.");
        Refuses(model, options => options with { AccumulatedBatches = 2 }, "'spanrnn.accumulated_batches': the trainer has '2', the checkpoint '1'.");
        Refuses(model, options => options with { CarriesState = false }, "'spanrnn.carried_sequences': the trainer has '0', the checkpoint '3'.");
        Refuses(model, options => options, "'spanrnn.class_loss'", new SoftmaxCrossEntropy(labelSmoothing: 0.1));
    }

    [Fact]
    public void A_model_file_is_no_checkpoint()
    {
        using SequenceModel model = DrawnModels.Small();
        using Trainer trainer = TrainerOf(model);
        ModelFile.Save(File, model);
        Assert.Equal("expected a checkpoint, found 'model'.", Assert.Throws<ModelFileException>(() => Checkpoint.Restore(File, trainer)).Reason);
    }

    [Fact]
    public void A_moment_that_is_not_finite_is_refused_and_nothing_changed()
    {
        using SequenceModel model = DrawnModels.Small(), fresh = DrawnModels.Small(seed: 2);
        using Trainer trainer = TrainerOf(model), into = TrainerOf(fresh);
        Checkpoint.Save(File, trainer);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        using (SafetensorsReader reader = SafetensorsReader.Open(File))
        {
            long end = bytes.Length - reader.Tensors.Sum(tensor => tensor.ByteLength) + reader.Find("optimizer.exp_avg_sq.fc.weight").End;
            BitConverter.TryWriteBytes(bytes.AsSpan((int)end - 3 * sizeof(float)), float.NaN);
        }

        System.IO.File.WriteAllBytes(File, bytes);
        int[] old = DrawnModels.Bits(fresh.Weights.All);
        ModelFileException error = Assert.Throws<ModelFileException>(() => Checkpoint.Restore(File, into));
        Assert.Equal("optimizer.exp_avg_sq.fc.weight[4, 1]: expected a finite number, found NaN.", error.Reason);
        Assert.Equal(old, DrawnModels.Bits(fresh.Weights.All));
    }

    [Fact]
    public void A_diverged_training_does_not_replace_a_good_checkpoint()
    {
        using SequenceModel model = DrawnModels.Small();
        using Trainer trainer = TrainerOf(model);
        Checkpoint.Save(File, trainer);
        byte[] good = System.IO.File.ReadAllBytes(File);
        trainer.Options.Optimizer.Moments[1].Moment["fc.weight"][2, 1] = float.PositiveInfinity;
        TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(() => Checkpoint.Save(File, trainer));
        Assert.Contains("exp_avg_sq of fc.weight", error.Message, StringComparison.Ordinal);
        model.Weights["rnn.bias_ih_l0"][0, 3] = float.NaN;
        error = Assert.Throws<TrainingDivergedException>(() => Checkpoint.Save(File, trainer));
        Assert.Contains("rnn.bias_ih_l0", error.Message, StringComparison.Ordinal);
        Assert.Equal(good, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void A_disposed_trainer_is_neither_saved_nor_restored()
    {
        using SequenceModel model = DrawnModels.Small();
        Trainer trainer = TrainerOf(model);
        Checkpoint.Save(File, trainer);
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Checkpoint.Save(File, trainer));
        Assert.Throws<ObjectDisposedException>(() => Checkpoint.Restore(File, trainer));
    }

    private void Refuses(SequenceModel model, Func<TrainerOptions, TrainerOptions> change, string message, SoftmaxCrossEntropy? loss = null)
    {
        int[] old = DrawnModels.Bits(model.Weights.All);
        using var trainer = new Trainer(model, change(OptionsOf("Adam", 1, 0))) { ClassLoss = loss ?? new() };
        Assert.Contains(message, Assert.Throws<ModelFileException>(() => Checkpoint.Restore(File, trainer)).Message, StringComparison.Ordinal);
        Assert.Equal(old, DrawnModels.Bits(model.Weights.All));
    }

    private static Trainer TrainerOf(SequenceModel model, string optimizer = "Adam", int accumulated = 1, ulong seed = 3) =>
        new(model, OptionsOf(optimizer, accumulated, seed));

    private static TrainerOptions OptionsOf(string optimizer, int accumulated, ulong seed) => new()
    {
        Steps = Steps,
        Batch = Batch,
        Optimizer = optimizer switch
        {
            "Adam" => new Adam(weightDecay: 0.01),
            "AMSGrad" => new Adam(amsGrad: true),
            "AdamW" => new AdamW(),
            "RMSprop" => new RmsProp(momentum: 0.5, centered: true),
            "SGD" => new Sgd(0.1),
            "Momentum" => new Sgd(0.1, momentum: 0.9, nesterov: true),
            _ => new Adagrad(learningRateDecay: 0.1),
        },
        Schedule = Schedule.WarmUp(4, Schedule.Cosine(0.02, 15, 0.001)),
        MaxGradientNorm = 0.5,
        MaxGradientValue = 0.1f,
        AccumulatedBatches = accumulated,
        CarriesState = true,
        Seed = seed,
    };

    private static void Train(Trainer trainer, int first, int count)
    {
        int[] tokens = new int[Steps * Batch], targets = new int[Steps * Batch];
        for (int step = first; step < first + count; step++)
        {
            RandomStream random = new RandomStream(11).Fork(step);
            for (int i = 0; i < tokens.Length; i++)
            {
                (tokens[i], targets[i]) = (random.NextInt32(5), random.NextInt32(5));
            }

            trainer.Step(tokens, targets, Batch);
        }
    }

    private static void AssertSame(Trainer expected, Trainer found)
    {
        DrawnModels.AssertSame(expected.Model.Weights, found.Model.Weights);
        for (int i = 0; i < expected.Options.Optimizer.Moments.Count; i++)
        {
            DrawnModels.AssertSame(expected.Options.Optimizer.Moments[i].Moment, found.Options.Optimizer.Moments[i].Moment);
        }

        Assert.Equal(expected.StepCount, found.StepCount);
        Assert.Equal(expected.Dropout.State, found.Dropout.State);
        Assert.Equal(DrawnModels.Bits(expected.Hidden), DrawnModels.Bits(found.Hidden));
        Assert.Equal(DrawnModels.Bits(expected.Cell), DrawnModels.Bits(found.Cell));
    }
}
