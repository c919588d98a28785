using System.Globalization;
using SpanRnn.Interchange;

namespace SpanRnn.Samples.AudioEffect;

/// <summary>From options to a written file and a report.</summary>
internal static class AudioEffectApp
{
    public const string Help = """
        Runs a recurrent audio model over a WAV file in blocks, as an audio callback would, and tells how long the blocks took.

          --model FILE     an RTNeural (.json), GuitarML (.json) or Neural Amp Modeler (.nam, LSTM) model with one output; without it a small
                           one is drawn by the seed and written in RTNeural's JSON
          --input FILE     a WAV file, mono or stereo: PCM of 16, 24 or 32 bits, or float of 32; without it a plucked string is synthesised
          --output FILE    where the result goes; without it beside what was drawn, or in a folder of its own
          --knobs A,B,...  for a model that takes more inputs than sound: their values, as GuitarML's parameters
          --block N        samples of a block (64)
          --encoding E     of the output: pcm16, pcm24, pcm32 or float32 (the input's)
          --seed N         of what is drawn and synthesised (1)
          --seconds S      of the synthesised string (10)
          --channels N     of the synthesised string: 1 or 2 (1)
        """;

    private const int Rate = 48000;

    private static readonly string[] Encodings = ["pcm16", "pcm24", "pcm32", "float32"];

    public static void Run(SampleContext context)
    {
        CommandLine line = context.Arguments;
        string? modelPath = line.Text("--model"), inputPath = line.Text("--input"), outputPath = line.Text("--output"), knobs = line.Text("--knobs");
        int block = line.Whole("--block", 64, least: 1, most: 1 << 20), seed = line.Whole("--seed", 1, least: 0);
        double seconds = line.Number("--seconds", 10, least: 0.01, most: 3600);
        int channels = line.Whole("--channels", 1, least: 1, most: 2), encoding = line.Choice("--encoding", Encodings);
        line.Finish();

        // What is there is looked at first, so that nothing is drawn in vain.
        using ImportedModel? given = modelPath is null ? null : ImportedModel.Open(modelPath);
        float[] settings = given is null ? [] : Settings(modelPath!, given, knobs);
        WavFile? recorded = inputPath is null ? null : WavFile.Read(inputPath);

        TextWriter output = context.Output;
        string folder = modelPath is null || inputPath is null || outputPath is null ? Directory.CreateTempSubdirectory("spanrnn-audio-").FullName : "";
        WavFile sound = recorded ?? PluckedString.Synthesise(Rate, seconds, channels, (ulong)seed);
        if (inputPath is null)
        {
            inputPath = Path.Combine(folder, "string.wav");
            sound.Write(inputPath);
            sound = WavFile.Read(inputPath);
            output.WriteLine($"No --input: a plucked string was synthesised, seed {seed}: {inputPath}");
        }

        if (modelPath is null)
        {
            modelPath = Path.Combine(folder, "model.json");
            DrawnModel.Save(modelPath, (ulong)seed);
            output.WriteLine($"No --model: one with random weights was drawn, seed {seed}; it imitates no amplifier: {modelPath}");
        }

        using ImportedModel? drawn = given is null ? ImportedModel.Open(modelPath) : null;
        ImportedModel model = given ?? drawn!;
        context.Stop.ThrowIfCancellationRequested();
        Describe(output, modelPath, model, inputPath, sound);
        EffectResult result = EffectRun.Over(sound, model, settings, block, context.Stop);

        outputPath ??= Path.Combine(folder, "output.wav");
        WavFile written = result.Sound with { Encoding = encoding < 0 ? sound.Encoding : (WavEncoding)encoding };
        written.Write(outputPath);
        Report(output, result, block, outputPath, written);
    }

    /// <summary>What the model reads besides the sound.</summary>
    private static float[] Settings(string path, ImportedModel model, string? knobs)
    {
        if (model.TakesTokens || model.OutputSize != 1)
        {
            string found = $"{(model.TakesTokens ? "tokens" : "numbers")} to {model.OutputSize}";
            throw new SampleException($"{path}: expected a model from numbers to one output, found {found}.");
        }

        string[] texts = knobs is null ? [] : knobs.Split(',');
        if (texts.Length != model.InputSize - 1)
        {
            throw new SampleException(
                $"{path}: takes {model.InputSize} inputs, so --knobs: expected {model.InputSize - 1} values besides the sound, found {texts.Length}.");
        }

        return [.. texts.Select(text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw new SampleException($"--knobs: expected numbers with commas between them, found '{text}'."))];
    }

    private static void Describe(TextWriter output, string modelPath, ImportedModel model, string inputPath, WavFile sound)
    {
        IEnumerable<string> layers = model.Summary.Layers.Select(layer => $"{layer.Type} {layer.OutputSize}");
        output.WriteLine($"model   {modelPath}");
        output.WriteLine($"        {model.Summary.Format}, {model.Summary.Parameters:N0} parameters: {string.Join(", ", layers)}");
        foreach (string warning in model.Summary.Warnings)
        {
            output.WriteLine($"        note: {warning}");
        }

        if (model.Summary.Metadata.TryGetValue("sample rate", out string? rate) && rate != sound.Rate.ToString(CultureInfo.InvariantCulture))
        {
            output.WriteLine($"        note: the model was made for {rate} Hz, the sound has {sound.Rate}: it will sound different.");
        }

        output.WriteLine($"input   {inputPath}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"        {Describe(sound)}, {sound.Seconds:F2} s, peak {sound.Peak:F3}"));
    }

    private static void Report(TextWriter output, EffectResult result, int block, string path, WavFile written)
    {
        WavFile sound = result.Sound;
        double budget = 1e6 * block / sound.Rate, seconds = result.Blocks.Total.TotalSeconds;
        output.WriteLine($"output  {path}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"        {Describe(written)}, peak {sound.Peak:F3}"));
        int clipped = written.CountClipped();
        if (clipped > 0)
        {
            output.WriteLine($"        note: {clipped} samples lie beyond -1 to 1 and were cut off; --encoding float32 keeps them.");
        }

        string load = string.Create(CultureInfo.InvariantCulture, $"{sound.Seconds / seconds:F0} times as fast as real time, {100 * seconds / sound.Seconds:G3} % of one core");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"speed   {sound.Seconds:F2} s of sound in {seconds:G3} s: {load}"));
        output.WriteLine($"blocks  {result.Blocks.Count:N0} of {block} samples{(sound.Channels.Length == 2 ? ", both channels" : "")}: {result.Blocks}");
        output.WriteLine($"        there are {LatencyRecorder.Text(budget)} until the next one at {sound.Rate} Hz; {result.Blocks.CountAbove(budget)} took longer");
        output.WriteLine($"memory  {result.AllocatedBytes} bytes allocated while processing");
    }

    private static string Describe(WavFile sound) =>
        $"{(sound.Channels.Length == 1 ? "mono" : "stereo")}, {sound.Rate} Hz, {Encodings[(int)sound.Encoding]}";
}
