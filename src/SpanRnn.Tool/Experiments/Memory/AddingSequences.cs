using SpanRnn.Models;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>A fixed set of sequences of the adding problem, to measure models on.</summary>
internal sealed class AddingSequences
{
    private readonly float[][] _x;
    private readonly float[] _sums;

    /// <summary>Draws them.</summary>
    /// <param name="task">Of which length.</param>
    /// <param name="count">How many.</param>
    /// <param name="stream">"validation" or "test": each is a stream of its own, the same for every model and seed.</param>
    public AddingSequences(AddingTask task, int count, string stream)
    {
        RandomStream random = new RandomStream(1997).Fork(stream);
        (_x, _sums) = (new float[count][], new float[count]);
        for (int i = 0; i < count; i++)
        {
            _x[i] = new float[task.Steps * AddingTask.Inputs];
            task.Draw(random, _x[i], _sums.AsSpan(i, 1));
        }
    }

    public int Count => _x.Length;

    /// <summary>The mean squared error of always answering 1.</summary>
    public double ErrorOfOne => _sums.Average(sum => (sum - 1.0) * (sum - 1.0));

    /// <summary>The part of the sums within <see cref="AddingTask.Close"/> of 1.</summary>
    public double CloseToOne => _sums.Average(sum => Math.Abs(sum - 1.0) < AddingTask.Close ? 1.0 : 0.0);

    /// <summary>The mean squared error of a model's answers, and the part of them that are within <see cref="AddingTask.Close"/>.</summary>
    public (double Error, double Close) Measure(SequenceModel model)
    {
        using SequenceSession session = model.CreateSession();
        double squares = 0;
        int close = 0;
        Span<float> answer = stackalloc float[1];
        for (int i = 0; i < _x.Length; i++)
        {
            session.Reset();
            ReadOnlySpan<float> x = _x[i];
            for (; x.Length > AddingTask.Inputs; x = x[AddingTask.Inputs..])
            {
                session.Step(x[..AddingTask.Inputs], []);
            }

            session.Step(x, answer);
            double error = answer[0] - _sums[i];
            squares += error * error;
            close += Math.Abs(error) < AddingTask.Close ? 1 : 0;
        }

        return (squares / _x.Length, (double)close / _x.Length);
    }
}
