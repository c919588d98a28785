using SpanRnn.Interchange;
using SpanRnn.Interchange.Stages;
using SpanRnn.Interchange.Writers;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Samples.AudioEffect;

/// <summary>A model of an amplifier's shape and size, an LSTM of 24 units and a dense layer, but with random weights: something to run.</summary>
internal static class DrawnModel
{
    private const int Units = 24, Rate = 48000;
    private const float Level = 0.5f;

    /// <summary>Writes one in RTNeural's JSON. Biases are zero but for the forget gate's, so silence stays silence; a plucked string peaks at 0.5.</summary>
    /// <param name="path">The file.</param>
    /// <param name="seed">The same seed gives the same bits.</param>
    public static void Save(string path, ulong seed)
    {
        WavFile sound = PluckedString.Synthesise(Rate, seconds: 1, channels: 1, seed);
        using ImportedModel quiet = Create(seed, gain: 1f);
        float peak = EffectRun.Over(sound, quiet, [], block: 64).Sound.Peak;
        using ImportedModel model = Create(seed, Level / peak);
        RtNeuralFile.Save(path, model);
    }

    private static ImportedModel Create(ulong seed, float gain)
    {
        var lstm = new Recurrent(new() { Cell = CellKind.Lstm, InputSize = 1, HiddenSizes = [Units] });
        lstm.Initialize(seed, _ => RecurrentInitializers.Keras.WithForgetBias());
        float[] head = new float[Units];
        new RandomStream(seed).Fork("head").FillUniform(head, -gain, gain);
        return new ImportedModel([new RecurrentStage(lstm), new DenseStage(head, new float[1], Units, 1)], new ModelSummary { Format = "drawn by a seed" });
    }
}
