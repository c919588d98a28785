using System.Numerics.Tensors;
using SpanRnn.Models;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Experiments.Mnist;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Rounding;

/// <summary>MNIST's test images, each read row by row from an empty state.</summary>
internal sealed class RoundedImages(MnistImages images) : IRoundedTask
{
    public string Data => $"{Figures.Whole(images.Count)} test images of MNIST";

    public string Unit => "images";

    public int Count => images.Count;

    public Measure Measure => Measure.Accuracy;

    public IRoundedReader Open(FrozenModel weights) => new Reader(new MnistReader(weights), images);

    /// <summary>Whether the likeliest digit is the label; of equal ones the first.</summary>
    public double Judge(int index, ReadOnlySpan<float> outputs) => TensorPrimitives.IndexOfMax(outputs) == images.Label(index) ? 1 : 0;

    private sealed class Reader(MnistReader reader, MnistImages images) : IRoundedReader
    {
        public ReadOnlySpan<float> Read(int index) => reader.Read(images, index);

        public void Dispose() => reader.Dispose();
    }
}
