namespace SpanRnn.Benchmarks.Reference;

/// <summary>A tensor with its gradient and Adam's moments.</summary>
internal sealed class ReferenceParameter<TMath>(float[] values) where TMath : struct, IMath
{
    private readonly float[] _first = new float[values.Length], _second = new float[values.Length];

    public float[] Values { get; } = values;

    public float[] Gradient { get; } = new float[values.Length];

    public ReadOnlySpan<float> Row(int row, int length) => Values.AsSpan(row * length, length);

    public Span<float> GradientRow(int row, int length) => Gradient.AsSpan(row * length, length);

    /// <summary>One step of Adam with PyTorch's constants, after which the gradient is 0.</summary>
    public void Update(double learningRate, int step)
    {
        double first = 1 - Math.Pow(0.9, step), second = 1 - Math.Pow(0.999, step);
        TMath.Adam(Values, Gradient, _first, _second, (float)(learningRate / first), (float)(1 / Math.Sqrt(second)));
        Gradient.AsSpan().Clear();
    }
}
