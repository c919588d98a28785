using SpanRnn.Models;
using SpanRnn.Streaming;

namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>Reads images with frozen weights, row by row in a session, as a camera would bring them.</summary>
internal sealed class MnistReader : IDisposable
{
    private readonly SequenceSession _session;
    private readonly float[] _x = new float[MnistImages.Side * MnistImages.Side], _logits;

    public MnistReader(FrozenModel weights)
    {
        _session = weights.CreateSession();
        _logits = new float[weights.OutputSize];
    }

    /// <summary>A reader with a model's weights in a format.</summary>
    /// <exception cref="ToolException">The model needs the last row before the first, or all of them.</exception>
    public static MnistReader Of(string path, SequenceModel model, WeightFormat weights)
    {
        Check(path, model.Options);
        return new MnistReader(model.Freeze(weights));
    }

    /// <exception cref="ToolException">The model needs the last row before the first, or all of them.</exception>
    public static void Check(string path, SequenceModelOptions options)
    {
        if (options.Recurrent.Direction != Layers.Direction.Forward || options.Head != HeadInput.LastStep)
        {
            throw new ToolException($"{path}: cannot read an image row by row: expected one direction and an answer after the last step.");
        }
    }

    /// <summary>The logit of each digit after an image's last row; valid until the next call.</summary>
    public ReadOnlySpan<float> Read(MnistImages images, int image)
    {
        images.Write(image, 0, 0, _x);
        _session.Reset();
        _session.Run(_x.AsSpan(0, _x.Length - MnistImages.Side), []);
        _session.Step(_x.AsSpan(_x.Length - MnistImages.Side), _logits);
        return _logits;
    }

    public void Dispose() => _session.Dispose();
}
