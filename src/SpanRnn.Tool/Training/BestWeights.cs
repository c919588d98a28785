using SpanRnn.Models;

namespace SpanRnn.Tool.Training;

/// <summary>A copy of the weights that foresaw the validation part best.</summary>
internal sealed class BestWeights(SequenceModel model)
{
    private readonly float[][] _copies = [.. model.Weights.Layout.Tensors.Select(tensor => new float[tensor.Count])];

    /// <summary>Bits per character of the validation part; null before the first look.</summary>
    public double? Bits { get; private set; }

    /// <summary>The updates they had.</summary>
    public long Iteration { get; private set; }

    /// <summary>Takes the weights over as they are now.</summary>
    public void Keep(double bits, long iteration)
    {
        (Bits, Iteration) = (bits, iteration);
        for (int i = 0; i < _copies.Length; i++)
        {
            model.Weights[i].CopyTo(_copies[i]);
        }
    }

    /// <summary>Takes the weights of another model of the same shape, read from a file.</summary>
    public void Keep(SequenceModel other, double bits, long iteration)
    {
        (Bits, Iteration) = (bits, iteration);
        for (int i = 0; i < _copies.Length; i++)
        {
            other.Weights[i].CopyTo(_copies[i]);
        }
    }

    /// <summary>Gives them to the model, and what it had to this copy: called twice, nothing has changed.</summary>
    public void Swap()
    {
        for (int i = 0; i < _copies.Length; i++)
        {
            var current = new float[_copies[i].Length];
            model.Weights[i].CopyTo(current);
            model.Weights[i].CopyFrom(_copies[i]);
            _copies[i] = current;
        }

        model.Pack();
    }
}
