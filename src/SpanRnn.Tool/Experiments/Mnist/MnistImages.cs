namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>Handwritten digits: 28 rows of 28 grey values each, and what they show.</summary>
/// <param name="pixels">[N, 28, 28], 0 paper to 255 ink.</param>
/// <param name="labels">[N], 0 to 9.</param>
internal sealed class MnistImages(byte[] pixels, byte[] labels)
{
    /// <summary>Rows, and numbers in a row.</summary>
    public const int Side = 28;

    private const int Size = Side * Side;
    private const float Mean = 0.1307f, Deviation = 0.3081f;

    public int Count => labels.Length;

    /// <summary>All pixels and all labels, for the digest.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Bytes => [pixels, labels];

    public int Label(int image) => labels[image];

    public ReadOnlySpan<byte> Pixels(int image) => pixels.AsSpan(image * Size, Size);

    /// <summary>Some of them, from one on.</summary>
    public MnistImages Part(int start, int count) =>
        new(pixels[(start * Size)..((start + count) * Size)], labels[start..(start + count)]);

    /// <summary>One image as one sequence of a batch: x[t, b] = (row t / 255 - 0.1307) / 0.3081.</summary>
    /// <param name="image">Which.</param>
    /// <param name="right">Pixels it is moved to the right; what comes in from outside is paper.</param>
    /// <param name="down">Pixels it is moved down.</param>
    /// <param name="x">[28, B, 28], of which row b of each step is written.</param>
    /// <param name="b">The sequence's place in the batch.</param>
    /// <param name="batch">B.</param>
    public void Write(int image, int right, int down, Span<float> x, int b = 0, int batch = 1)
    {
        ReadOnlySpan<byte> from = Pixels(image);
        for (int t = 0; t < Side; t++)
        {
            Span<float> row = x.Slice((t * batch + b) * Side, Side);
            int source = t - down;
            for (int i = 0; i < Side; i++)
            {
                int column = i - right;
                bool isInside = (uint)source < Side && (uint)column < Side;
                row[i] = ((isInside ? from[source * Side + column] : 0) / 255f - Mean) / Deviation;
            }
        }
    }

    /// <summary>Reads images and labels.</summary>
    /// <exception cref="ToolException">A file is malformed, or they do not belong together.</exception>
    public static MnistImages Read(string images, string labels)
    {
        IdxFile pixels = IdxFile.Read(images, null, Side, Side), digits = IdxFile.Read(labels, (int?)null);
        if (digits.Dimensions[0] != pixels.Dimensions[0])
        {
            throw new ToolException($"{labels}: expected {pixels.Dimensions[0]:N0} labels, one for each image of {images}, found {digits.Dimensions[0]:N0}.");
        }

        int wrong = Array.FindIndex(digits.Elements, digit => digit > 9);
        return wrong < 0
            ? new MnistImages(pixels.Elements, digits.Elements)
            : throw new ToolException($"{labels}: label {wrong}: expected a digit from 0 to 9, found {digits.Elements[wrong]}.");
    }
}
