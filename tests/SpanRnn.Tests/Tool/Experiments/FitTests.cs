using SpanRnn.Models;
using SpanRnn.Tool.Training;
using SpanRnn.Training.Optimizers;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

/// <summary>The loop keeps the weights that the looks found best, whichever way is better, and ends when it should.</summary>
public sealed class FitTests
{
    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 6)]
    public void The_best_weights_are_those_of_the_best_look(bool higherIsBetter, int best)
    {
        using var fit = new Fit(new Scripted(higherIsBetter, [3, 5, 1, 4]), new FitSettings { Iterations = 8, EvaluateEvery = 2 });
        var weights = new Dictionary<long, float>();
        Assert.Equal(TrainingEnd.Complete, fit.Run(progress => weights[progress.Iteration] = Weight(fit), CancellationToken.None));
        Assert.Equal(best, fit.Best.Iteration);
        Assert.Equal(weights[8], Weight(fit));
        fit.Best.Swap();
        Assert.Equal(weights[best], Weight(fit));
        fit.Best.Swap();
        Assert.Equal(weights[8], Weight(fit));
    }

    [Fact]
    public void It_ends_when_it_gets_no_better_for_long()
    {
        using var fit = new Fit(new Scripted(true, [1, 2, 2, 1, 9]), new FitSettings { Iterations = 5, EvaluateEvery = 1, Patience = 2 });
        Assert.Equal(TrainingEnd.NoLongerBetter, fit.Run(_ => { }, CancellationToken.None));
        Assert.Equal((4, 2), (fit.State.Iteration, fit.Best.Iteration));
    }

    [Fact]
    public void Without_looks_the_last_weights_are_kept()
    {
        using var fit = new Fit(new Scripted(true, []), new FitSettings { Iterations = 5, EvaluateEvery = 2 });
        Assert.Equal(TrainingEnd.Complete, fit.Run(_ => { }, CancellationToken.None));
        Assert.Equal(5, fit.Best.Iteration);
        float last = Weight(fit);
        fit.Best.Swap();
        Assert.Equal(last, Weight(fit));
    }

    [Fact]
    public void A_stop_is_seen_after_the_step()
    {
        using var stop = new CancellationTokenSource();
        using var fit = new Fit(new Scripted(true, []), new FitSettings { Iterations = 50, EvaluateEvery = 10 });
        Assert.Equal(TrainingEnd.Interrupted, fit.Run(
            progress =>
            {
                if (progress.Iteration == 3)
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        Assert.Equal(3, fit.State.Iteration);
        Assert.Null(fit.Best.Figure);
    }

    private static float Weight(Fit fit) => fit.Training.Weights[0][0, 0];

    /// <summary>A tiny model whose looks are given beforehand.</summary>
    private sealed class Scripted : SequenceTraining
    {
        private readonly Queue<double> _looks;

        public Scripted(bool higherIsBetter, double[] looks) : this(higherIsBetter, looks, NewModel())
        {
        }

        private Scripted(bool higherIsBetter, double[] looks, SequenceModel model)
            : base(model, new Trainer(model, new TrainerOptions { Steps = 2, Optimizer = new Adam(0.1) }))
        {
            _looks = new Queue<double>(looks);
            Measure = new Measure("any", "any", "", higherIsBetter);
        }

        public override Measure Measure { get; }

        public override string Unit => "things";

        public override double UnitsPerStep => 1;

        public override string Position { get; set; } = "";

        public override double Step(double part) => Trainer.Step([1f, -1f], [1f, 2f]);

        public override double? Look() => _looks.TryDequeue(out double figure) ? figure : null;

        private static SequenceModel NewModel()
        {
            var model = new SequenceModel(new() { Recurrent = new() { InputSize = 1, HiddenSizes = [2] }, Outputs = 1 });
            model.Initialize(1);
            return model;
        }
    }
}
