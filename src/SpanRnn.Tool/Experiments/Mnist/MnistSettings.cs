using System.Globalization;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>How a model of images is built and trained.</summary>
internal sealed record MnistSettings
{
    public int Hidden { get; init; } = 128;

    public int Layers { get; init; } = 2;

    public int Batch { get; init; } = 100;

    /// <summary>Adam's largest.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Whether the rate rises over the first tenth and then falls to 0 along half a cosine, rather than staying.</summary>
    public bool OneCycle { get; init; }

    /// <summary>Images are moved by up to so many pixels both ways, drawn anew each time.</summary>
    public int Shift { get; init; }

    /// <summary>Between the layers.</summary>
    public double Dropout { get; init; }

    /// <summary>Of the labels.</summary>
    public double Smoothing { get; init; }

    /// <summary>As AdamW's.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The largest norm of the gradients; 0: not clipped.</summary>
    public double Clip { get; init; }

    /// <summary>Keras's first weights (Glorot, orthogonal, forget bias 1) rather than PyTorch's.</summary>
    public bool Orthogonal { get; init; }

    /// <summary>The learning rate after a part, 0 to 1, of the training.</summary>
    public double LearningRateAt(double part)
    {
        const double Rise = 0.1, First = 0.1;
        return !OneCycle ? LearningRate
            : part < Rise ? LearningRate * (First + (1 - First) * part / Rise)
            : LearningRate * (1 + Math.Cos(Math.PI * (part - Rise) / (1 - Rise))) / 2;
    }

    /// <summary>The first weights of a layer of so many units.</summary>
    public RecurrentInitializers Initializers(int units) =>
        Orthogonal ? RecurrentInitializers.Keras.WithForgetBias() : RecurrentInitializers.PyTorch(units);

    /// <summary>All of it in words, for people and for files.</summary>
    public override string ToString()
    {
        var parts = new List<string> { Text($"{Layers} x {Hidden} units"), Text($"batch {Batch}"), Text($"Adam {LearningRate}") };
        Add(OneCycle, $"rate rising over a tenth, then falling along a cosine");
        Add(Shift > 0, $"images moved by up to {Shift} px");
        Add(Dropout > 0, $"dropout {Dropout}");
        Add(Smoothing > 0, $"label smoothing {Smoothing}");
        Add(WeightDecay > 0, $"weight decay {WeightDecay}");
        Add(Clip > 0, $"gradients clipped to norm {Clip}");
        Add(Orthogonal, $"orthogonal R, forget bias 1");
        return string.Join(", ", parts);

        void Add(bool isSo, FormattableString part)
        {
            if (isSo)
            {
                parts.Add(Text(part));
            }
        }
    }

    /// <summary>What was published: a plain Adam.</summary>
    public static MnistSettings Plain { get; } = new();

    /// <summary>What the last 10,000 training images found good, with the same architecture, batch and epochs.</summary>
    public static MnistSettings Tuned(CellKind cell) => Plain with
    {
        LearningRate = cell is CellKind.Rnn or CellKind.RnnRelu ? 0.001 : 0.003,
        OneCycle = true,
        Shift = 1,
        Clip = 1,
        Orthogonal = true,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
