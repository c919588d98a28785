using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Training.Optimizers;

namespace SpanRnn.Samples.Keyboard;

/// <summary>Learns from what was typed, a few windows at a time. One thread uses it; it allocates in <see cref="Freeze"/> alone.</summary>
/// <remarks>Half of each batch is of the first text: a network that is shown only the new forgets the old.</remarks>
internal sealed class Learner : IDisposable
{
    /// <summary>After so many updates the weights are worth a swap.</summary>
    public const int UpdatesPerSwap = 20;

    private const int Steps = FirstModel.Steps, Batch = 8, Recent = 8192;

    /// <summary>Bounds the work, and how often the same words are seen: every typed character is in about 100 windows.</summary>
    private const double UpdatesPerCharacter = 0.5;

    private readonly Trainer _trainer;
    private readonly int[] _first;
    private readonly TypedText _typed;
    private readonly RandomStream _order;
    private readonly int[] _inputs = new int[Steps * Batch], _targets = new int[Steps * Batch];

    /// <param name="model">What learns; it is not disposed.</param>
    /// <param name="first">The text it was trained on before.</param>
    /// <param name="typed">What the user types; it may grow meanwhile.</param>
    /// <param name="seed">Of the windows' order.</param>
    public Learner(SequenceModel model, int[] first, TypedText typed, ulong seed)
    {
        _trainer = new Trainer(model, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(0.002), MaxGradientNorm = 1 });
        (_first, _typed, _order) = (first, typed, new RandomStream(seed).Fork("learner"));
    }

    /// <summary>Updates so far.</summary>
    public long Updates => _trainer.StepCount;

    /// <summary>Whether enough was typed for a further update.</summary>
    public bool IsDue => _typed.Count > Steps && Updates < _typed.Count * UpdatesPerCharacter;

    /// <summary>One update.</summary>
    /// <exception cref="TrainingDivergedException">The loss is not finite; nothing was changed.</exception>
    public void Learn()
    {
        int count = _typed.Count, oldest = count - Math.Min(_typed.Readable, Recent);
        for (int b = 0; b < Batch; b++)
        {
            bool isTyped = b % 2 == 0;
            int start = isTyped ? oldest + _order.NextInt32(count - oldest - Steps) : _order.NextInt32(_first.Length - Steps);
            for (int t = 0; t < Steps; t++)
            {
                (int at, int from) = (t * Batch + b, start + t);
                (_inputs[at], _targets[at]) = isTyped ? (_typed[from], _typed[from + 1]) : (_first[from], _first[from + 1]);
            }
        }

        _trainer.Step(_inputs, _targets, Batch);
    }

    /// <summary>The weights as they are now, for whoever serves.</summary>
    public FrozenModel Freeze() => _trainer.Model.Freeze();

    public void Dispose() => _trainer.Dispose();
}
