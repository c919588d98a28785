using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Training.Losses;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>A fixed set of sequences of the copy memory problem, to measure models on.</summary>
internal sealed class CopySequences
{
    private readonly CopyTask _task;
    private readonly float[][] _x;
    private readonly int[][] _targets;

    /// <summary>Draws them.</summary>
    /// <param name="task">Of which delay.</param>
    /// <param name="count">How many.</param>
    /// <param name="stream">"validation" or "test": each is a stream of its own, the same for every model and seed.</param>
    public CopySequences(CopyTask task, int count, string stream)
    {
        RandomStream random = new RandomStream(2016).Fork(stream);
        _task = task;
        (_x, _targets) = (new float[count][], new int[count][]);
        for (int i = 0; i < count; i++)
        {
            (_x[i], _targets[i]) = (new float[task.Steps * CopyTask.Inputs], new int[task.Steps]);
            task.Draw(random, _x[i], _targets[i], batch: 1);
        }
    }

    public int Count => _x.Length;

    /// <summary>The mean cross-entropy of a model's answers at all steps, and the part of the recalled symbols that are right.</summary>
    public (double CrossEntropy, double Recalled) Measure(SequenceModel model)
    {
        using SequenceSession session = model.CreateSession();
        var loss = new SoftmaxCrossEntropy(reduction: LossReduction.Sum);
        var logits = new float[_task.Steps * CopyTask.Classes];
        LossResult sum = default;
        int right = 0;
        for (int i = 0; i < _x.Length; i++)
        {
            session.Reset();
            for (int t = 0; t < _task.Steps; t++)
            {
                Span<float> answer = logits.AsSpan(t * CopyTask.Classes, CopyTask.Classes);
                session.Step(_x[i].AsSpan(t * CopyTask.Inputs, CopyTask.Inputs), answer);
                right += t >= _task.Recall && System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(answer) == _targets[i][t] ? 1 : 0;
            }

            sum += loss.Loss(logits, _targets[i], new RowShape(_task.Steps, CopyTask.Classes, stride: CopyTask.Classes));
        }

        return (sum.Mean, (double)right / (_x.Length * CopyTask.Length));
    }
}
