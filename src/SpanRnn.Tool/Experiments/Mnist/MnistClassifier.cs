using System.Numerics.Tensors;
using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>Reads images with a trained model, row by row.</summary>
internal sealed class MnistClassifier(SequenceModel model) : IDisposable
{
    private readonly SequenceSession _session = model.CreateSession();
    private readonly float[] _x = new float[MnistImages.Side * MnistImages.Side], _logits = new float[model.Options.Outputs];

    /// <summary>The digit that is likeliest; of equal ones the first.</summary>
    public int Answer(MnistImages images, int image) => TensorPrimitives.IndexOfMax(Logits(images, image));

    /// <summary>Of each digit.</summary>
    public double[] Probabilities(MnistImages images, int image)
    {
        float[] logits = Logits(images, image);
        double largest = logits.Max();
        double[] weights = [.. logits.Select(logit => Math.Exp(logit - largest))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    public void Dispose() => _session.Dispose();

    private float[] Logits(MnistImages images, int image)
    {
        images.Write(image, 0, 0, _x);
        _session.Reset();
        for (int t = 0; t < MnistImages.Side; t++)
        {
            _session.Step(_x.AsSpan(t * MnistImages.Side, MnistImages.Side), t == MnistImages.Side - 1 ? _logits : []);
        }

        return _logits;
    }
}
