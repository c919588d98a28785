using SpanRnn.Parameters;

namespace SpanRnn.Tool.Training;

/// <summary>A copy of the weights that the looks at the validation part found best.</summary>
internal sealed class BestWeights(ITraining training)
{
    private readonly float[][] _copies = [.. training.Weights.Layout.Tensors.Select(tensor => new float[tensor.Count])];

    /// <summary>What was measured with them; NaN where there is nothing to measure; null before the first look.</summary>
    public double? Figure { get; private set; }

    /// <summary>The updates they had.</summary>
    public long Iteration { get; private set; }

    /// <summary>Takes the weights over as they are now.</summary>
    public void Keep(double figure, long iteration)
    {
        (Figure, Iteration) = (figure, iteration);
        for (int i = 0; i < _copies.Length; i++)
        {
            training.Weights[i].CopyTo(_copies[i]);
        }
    }

    /// <summary>Gives them to the model, and what it had to this copy: called twice, nothing has changed.</summary>
    public void Swap()
    {
        ParameterSet weights = training.Weights;
        for (int i = 0; i < _copies.Length; i++)
        {
            var current = new float[_copies[i].Length];
            weights[i].CopyTo(current);
            weights[i].CopyFrom(_copies[i]);
            _copies[i] = current;
        }

        training.Pack();
    }
}
