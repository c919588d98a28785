namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>MNIST's images, to learn from and to be judged by.</summary>
internal sealed record MnistData(MnistImages Training, MnistImages Test)
{
    /// <summary>Where it is found.</summary>
    public static DataSet Files { get; } = new(
        "MNIST", "mnist",
        ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"],
        "the four gzipped IDX files by LeCun, Cortes and Burges are public, for one at https://ossci-datasets.s3.amazonaws.com/mnist/", "CC BY-SA 3.0");

    /// <summary>Reads the four files.</summary>
    /// <param name="option">--data.</param>
    /// <param name="first">Only so many images of each part, at most; null: all.</param>
    /// <param name="heldOut">So many training images, the last, take the place of the test images: for choosing settings. 0: none.</param>
    /// <exception cref="ToolException">They are not there, or malformed, or too few.</exception>
    public static MnistData Read(string? option, int? first, int heldOut)
    {
        IReadOnlyList<string> paths = Files.Find(option);
        MnistImages training = First(MnistImages.Read(paths[0], paths[1]), first);
        if (heldOut == 0)
        {
            return new MnistData(training, First(MnistImages.Read(paths[2], paths[3]), first));
        }

        int rest = training.Count - heldOut;
        return rest > 0
            ? new MnistData(training.Part(0, rest), training.Part(rest, heldOut))
            : throw new ToolException($"--hold-out: expected fewer than the {training.Count:N0} training images, found {heldOut:N0}.");
    }

    private static MnistImages First(MnistImages images, int? first) => first < images.Count ? images.Part(0, first.Value) : images;
}
