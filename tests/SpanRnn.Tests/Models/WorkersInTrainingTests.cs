using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Models;

/// <summary>What goes wrong in a divided training surfaces once, and neither team nor trainer suffers by it.</summary>
public sealed class WorkersInTrainingTests
{
    private const int Steps = 6, Batch = 4, Vocabulary = 40;

    [Fact]
    public void A_training_that_is_cancelled_between_steps_goes_on_with_the_same_team()
    {
        using var team = new WorkerTeam(2) { DividesAll = true };
        float[] straight = Trained(null, [4], null), broken = Trained(team, [1, 3], null);
        Bits.Equal("weights", straight, broken);
    }

    [Fact]
    public void A_batch_that_is_refused_or_diverges_changes_nothing_and_the_team_goes_on()
    {
        using var team = new WorkerTeam(2) { DividesAll = true };
        float[] straight = Trained(null, [4], null);
        Bits.Equal("weights", straight, Trained(team, [4], trainer =>
        {
            int[] tokens = new int[Steps * Batch], wrong = [.. tokens];
            wrong[^1] = Vocabulary;
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Step(wrong, tokens, Batch));
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Step(tokens, wrong, Batch));
            float kept = trainer.Model.Weights["fc.bias"][0, 0];
            trainer.Model.Weights["fc.bias"][0, 0] = float.NaN;
            trainer.Model.Pack();
            Assert.Throws<TrainingDivergedException>(() => trainer.Step(tokens, tokens, Batch));
            trainer.Model.Weights["fc.bias"][0, 0] = kept;
            trainer.Model.Pack();
        }));
    }

    /// <summary>Several threads may each train a model of their own on a team of their own; on the same team the second is told.</summary>
    [Fact]
    public void A_team_that_is_at_work_for_another_caller_says_so_and_the_trainer_can_go_on()
    {
        using var team = new WorkerTeam(2) { DividesAll = true };
        float[] straight = Trained(null, [4], null);
        Bits.Equal("weights", straight, Trained(team, [4], trainer =>
        {
            using SemaphoreSlim isInside = new(0), mayLeave = new(0);
            var other = new Thread(() =>
            {
                var waiting = new Waiting { IsInside = isInside, MayLeave = mayLeave };
                team.Run(ref waiting, 2);
            });
            other.IsBackground = true;
            other.Start();
            isInside.Wait();
            int[] tokens = new int[Steps * Batch];
            Assert.Throws<InvalidOperationException>(() => trainer.Step(tokens, tokens, Batch));
            mayLeave.Release();
            other.Join();
        }));
    }

    /// <summary>Trains for some steps between cancellations, each caught where a user would.</summary>
    private static float[] Trained(WorkerTeam? team, int[] pieces, Action<Trainer>? disturb)
    {
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Lstm, Vocabulary, embedding: 20, hidden: 40, layers: 2));
        model.Initialize(seed: 3);
        using var trainer = new Trainer(model, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), MaxGradientNorm = 1, Team = team });
        disturb?.Invoke(trainer);
        int[] tokens = [.. Enumerable.Range(0, Steps * Batch).Select(i => i * i % Vocabulary)];
        foreach (int steps in pieces)
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => Train(steps, stop));
        }

        return model.Weights.All.ToArray();

        void Train(int steps, CancellationTokenSource stop)
        {
            for (int step = 0; step <= steps; step++)
            {
                if (step == steps)
                {
                    stop.Cancel();
                }

                stop.Token.ThrowIfCancellationRequested();
                trainer.Step(tokens, tokens, Batch);
            }
        }
    }

    private ref struct Waiting : IPartedWork
    {
        public SemaphoreSlim IsInside, MayLeave;

        public readonly void Run(int part, int parts)
        {
            if (part == 0)
            {
                IsInside.Release();
                MayLeave.Wait();
            }
        }
    }
}
