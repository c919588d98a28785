using System.Numerics.Tensors;
using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>Reads images with a trained model, row by row, a batch at a time.</summary>
internal sealed class MnistClassifier(SequenceModel model) : IDisposable
{
    private const int Batch = 100;

    private readonly Predictor _predictor = new(model, MnistImages.Side, Batch, OutputKind.Softmax);
    private readonly float[] _x = new float[MnistImages.Side * MnistImages.Side * Batch];
    private readonly float[] _probabilities = new float[model.Options.Outputs * Batch];

    /// <exception cref="ToolException">The model is none of images.</exception>
    public static void Check(string path, SequenceModelOptions options)
    {
        if (options.Vocabulary > 0 || options.Recurrent.InputSize != MnistImages.Side || options.Outputs != 10 || options.Head == HeadInput.EveryStep)
        {
            throw new ToolException($"{path}: expected a model of {MnistImages.Side} numbers a step with 10 outputs, as mnist trains them, found another.");
        }
    }

    /// <summary>The likeliest digit of each image; of equal ones the first.</summary>
    public int[] Answers(MnistImages images)
    {
        var answers = new int[images.Count];
        for (int start = 0; start < images.Count; start += Batch)
        {
            int batch = Math.Min(Batch, images.Count - start);
            ReadOnlySpan<float> probabilities = Probabilities(images, start, batch);
            for (int b = 0; b < batch; b++)
            {
                answers[start + b] = TensorPrimitives.IndexOfMax(probabilities.Slice(b * model.Options.Outputs, model.Options.Outputs));
            }
        }

        return answers;
    }

    /// <summary>[B, 10] of the images from one on, at most 100; valid until the next call.</summary>
    public ReadOnlySpan<float> Probabilities(MnistImages images, int first, int batch)
    {
        Span<float> x = _x.AsSpan(0, MnistImages.Side * MnistImages.Side * batch), probabilities = _probabilities.AsSpan(0, model.Options.Outputs * batch);
        for (int b = 0; b < batch; b++)
        {
            images.Write(first + b, 0, 0, x, b, batch);
        }

        _predictor.Predict(x, probabilities, batch);
        return probabilities;
    }

    public void Dispose() => _predictor.Dispose();
}
