using System.Globalization;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>How a model of a memory task is made and trained; all but cell, seed and iterations, which the contender has.</summary>
internal sealed record MemorySettings
{
    private const double LastLearningRate = 0.05;

    /// <summary>T of the task: steps of a sequence, or of the delay.</summary>
    public required int Steps { get; init; }

    public required int Hidden { get; init; }

    public required int Batch { get; init; }

    /// <summary>Adam's first; it falls to a twentieth along half a cosine.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The largest global norm of the gradients; 0: not clipped.</summary>
    public required double Clip { get; init; }

    public required GateStart Gates { get; init; }

    /// <summary>In words; a training is resumed with the same.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"T {Steps}, hidden {Hidden}, batch {Batch}, learning rate {LearningRate}, {(Clip > 0 ? $"clip {Clip}" : "not clipped")}, gates {Gates.ToString().ToLowerInvariant()}");

    /// <summary>For people.</summary>
    public string Announcement => string.Create(
        CultureInfo.InvariantCulture,
        $"{Hidden} units, batches of {Batch}, Adam {LearningRate} falling to a twentieth, gradients {(Clip > 0 ? $"clipped to norm {Clip}" : "not clipped")}; recurrent weights begin orthogonal, ")
        + Gates switch
        {
            GateStart.Chrono => "gates as for memories of up to T steps (Tallec and Ollivier 2018).",
            GateStart.One => "an LSTM's forget bias is 1.",
            _ => "gates as PyTorch's.",
        };

    /// <summary>The learning rate after a part, 0 to 1, of the training.</summary>
    public double LearningRateAt(double part) =>
        LearningRate * (LastLearningRate + (1 - LastLearningRate) * (1 + Math.Cos(Math.PI * Math.Clamp(part, 0, 1))) / 2);

    /// <summary>Draws a model's weights: input weights and head as PyTorch, recurrent weights orthogonal, gates by <see cref="Gates"/>.</summary>
    /// <param name="model">One layer, one direction, one vector of biases.</param>
    /// <param name="seed">The same seed gives the same bits.</param>
    /// <param name="longest">How many steps something must be remembered, at most.</param>
    public void Initialize(SequenceModel model, ulong seed, int longest)
    {
        CellKind cell = model.Options.Recurrent.Cell;
        int hidden = model.Options.Recurrent.HiddenSizes[0];
        model.Initialize(seed, Recurrent, DenseInitializers.PyTorch(hidden), Initializer.PyTorchEmbedding);
        if (Gates != GateStart.Chrono)
        {
            return;
        }

        ChronoGates.Set(cell, model.Weights["rnn.bias_ih_l0"].Row(0), longest, new RandomStream(seed).Fork("gates"));
        model.Pack();

        RecurrentInitializers Recurrent(int units)
        {
            RecurrentInitializers usual = RecurrentInitializers.PyTorch(units) with { RecurrentWeight = Initializer.Orthogonal() };
            return Gates == GateStart.One && cell == CellKind.Lstm ? usual.WithForgetBias() : usual;
        }
    }

    /// <summary>A trainer with these settings.</summary>
    /// <param name="steps">Steps of a sequence.</param>
    /// <param name="team">Threads that share the work; null for one.</param>
    public TrainerOptions Trainer(int steps, WorkerTeam? team) => new()
    {
        Steps = steps,
        Batch = Batch,
        Team = team,
        Optimizer = new SpanRnn.Training.Optimizers.Adam(LearningRate),
        MaxGradientNorm = Clip > 0 ? Clip : double.PositiveInfinity, // measured at least: NaN must not pass
    };
}
