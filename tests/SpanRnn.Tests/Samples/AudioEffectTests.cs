extern alias audio;

using System.Diagnostics;
using System.Globalization;
using audio::SpanRnn.Samples;
using audio::SpanRnn.Samples.AudioEffect;
using SpanRnn.Interchange;
using SpanRnn.Tests.Interchange;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.SamplePrograms;

/// <summary>The audio effect: what it writes is what the model gives, whatever the blocks.</summary>
public sealed class AudioEffectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_writes_what_stepping_the_model_gives_for_each_channel(int channels)
    {
        WavFile sound = PluckedString.Synthesise(48000, 0.3, channels, seed: 3) with { Encoding = WavEncoding.Float32 };
        sound.Write(_folder.Path("in.wav"));
        DrawnModel.Save(_folder.Path("m.json"), seed: 4);
        (int code, string output, string error) = Run($"--model {_folder.Path("m.json")} --input {_folder.Path("in.wav")} --output {_folder.Path("out.wav")}");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"{(channels == 1 ? "mono" : "stereo")}, 48000 Hz, float32, 0.30 s", output, StringComparison.Ordinal);
        Assert.Contains("there are 1.33 ms until the next one at 48000 Hz", output, StringComparison.Ordinal);

        WavFile written = WavFile.Read(_folder.Path("out.wav"));
        Assert.Equal(channels, written.Channels.Length);
        using ImportedModel model = ImportedModel.Open(_folder.Path("m.json"));
        for (int c = 0; c < channels; c++)
        {
            Bits.Equal($"channel {c}", Stepped(model, sound.Channels[c]), written.Channels[c]);
            Assert.Contains(written.Channels[c], x => Math.Abs(x) > 0.1f);
        }
    }

    [Fact]
    public void The_size_of_a_block_changes_no_bit_and_nothing_is_allocated()
    {
        DrawnModel.Save(_folder.Path("m.json"), seed: 1);
        using ImportedModel model = ImportedModel.Open(_folder.Path("m.json"));
        WavFile sound = PluckedString.Synthesise(48000, 0.05, 2, seed: 1);
        float[][] expected = EffectRun.Over(sound, model, [], block: 64).Sound.Channels;
        foreach (int block in new[] { 1, 7, 480, 100_000 })
        {
            EffectResult[] results = [.. Enumerable.Range(0, 4).Select(_ => EffectRun.Over(sound, model, [], block))];
            Assert.Equal((sound.Length + block - 1) / block, results[0].Blocks.Count);
            Assert.Equal(0, results.Min(result => result.AllocatedBytes)); // see Allocations for why the least
            for (int c = 0; c < 2; c++)
            {
                Bits.Equal($"blocks of {block}, channel {c}", expected[c], results[0].Sound.Channels[c]);
            }
        }
    }

    [DataFact("rtneural")]
    public void Every_recorded_rtneural_model_gives_its_recording()
    {
        string[] models = [.. Directory.EnumerateFiles(DataFolder.Path("rtneural"), "*.json").Where(path => File.Exists(Recording(path, 'x')))];
        Assert.NotEmpty(models);
        foreach (string path in models)
        {
            double[] x = Read(Recording(path, 'x')), y = Read(Recording(path, 'y'));
            new WavFile(48000, [[.. x.Select(value => (float)value)]], WavEncoding.Float32).Write(_folder.Path("x.wav"));
            Assert.Equal(0, Run($"--model {path} --input {_folder.Path("x.wav")} --output {_folder.Path("y.wav")} --block 16").Code);
            Closeness.Absolute(Path.GetFileName(path), y, WavFile.Read(_folder.Path("y.wav")).Channels[0], 1e-5);
        }
    }

    [Fact]
    public void A_nam_model_and_one_with_knobs_run()
    {
        var plain = new TwinRecurrent(TwinCell.Lstm, 1, [3]) { Bias = TwinBias.Single };
        File.WriteAllText(_folder.Path("m.nam"), AudioFormatTests.Nam(
            plain, TwinRandom.Weights(4, plain.Shapes()), new double[3], new double[3], TwinRandom.Values(5, 3), [0.1]));
        PluckedString.Synthesise(44100, 0.05, 1, seed: 1).Write(_folder.Path("string.wav"));
        (int code, string output, _) = Run($"--model {_folder.Path("m.nam")} --input {_folder.Path("string.wav")} --output {_folder.Path("a.wav")}");
        Assert.Equal(0, code);
        Assert.Contains("NAM", output, StringComparison.Ordinal);
        Assert.Contains("the model was made for 48000 Hz, the sound has 44100", output, StringComparison.Ordinal);

        var knobs = new TwinRecurrent(TwinCell.Gru, 3, [4]);
        File.WriteAllText(_folder.Path("k.json"), AudioFormatTests.GuitarMl(
            knobs, TwinRandom.Weights(6, knobs.Shapes()), "GRU", 3, 4, 1, 1, TwinRandom.Values(7, 4), null));
        new WavFile(48000, [[0.5f, -0.25f, 0.125f]], WavEncoding.Float32).Write(_folder.Path("in.wav"));
        string line = $"--model {_folder.Path("k.json")} --input {_folder.Path("in.wav")} --output {_folder.Path("b.wav")}";
        Assert.Equal(0, Run($"{line} --knobs 0.25,0.75").Code);
        using ImportedModel model = ImportedModel.Open(_folder.Path("k.json"));
        Bits.Equal("knobs", Stepped(model, [0.5f, -0.25f, 0.125f], 0.25f, 0.75f), WavFile.Read(_folder.Path("b.wav")).Channels[0]);
        (code, _, string error) = Run(line);
        Assert.Equal(2, code);
        Assert.Contains("takes 3 inputs, so --knobs: expected 2 values besides the sound, found 0", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_arguments_it_has_something_to_run_and_the_same_seed_gives_the_same_bytes()
    {
        foreach (string name in new[] { "a.wav", "b.wav" })
        {
            (int code, string output, _) = Run($"--seconds 0.2 --seed 5 --encoding pcm24 --output {_folder.Path(name)}");
            Assert.Equal(0, code);
            Assert.Contains("seed 5", output, StringComparison.Ordinal);
            Directory.Delete(Path.GetDirectoryName(output.Split('\n')[0].Split(": ")[2])!, recursive: true); // where it drew
        }

        Assert.Equal(File.ReadAllBytes(_folder.Path("a.wav")), File.ReadAllBytes(_folder.Path("b.wav")));
        Assert.Equal(WavEncoding.Pcm24, WavFile.Read(_folder.Path("a.wav")).Encoding);
    }

    [Theory]
    [InlineData("--model {0}/none.json", "{0}/none.json: there is no such file.")]
    [InlineData("--input {0}/none.wav", "{0}/none.wav: there is no such file.")]
    [InlineData("--model {0}/text", "is of no known format")]
    [InlineData("--input {0}/text", "expected a WAV file")]
    [InlineData("--block 0", "--block: expected a whole number from 1 to 1048576, found '0'.")]
    [InlineData("--channels 3", "--channels: expected a whole number from 1 to 2, found '3'.")]
    [InlineData("--encoding mp3", "--encoding: expected one of pcm16, pcm24, pcm32, float32, found 'mp3'.")]
    [InlineData("--seconds", "--seconds: expected a value after it")]
    [InlineData("--loud", "'--loud' is not understood. Try --help.")]
    public void What_the_user_can_put_right_is_a_sentence(string line, string sentence)
    {
        File.WriteAllText(_folder.Path("text"), "neither sound nor a model");
        (int code, string output, string error) = Run(line.Replace("{0}", _folder.FullName, StringComparison.Ordinal));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(sentence.Replace("{0}", _folder.FullName, StringComparison.Ordinal), error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Stopped_it_writes_nothing()
    {
        PluckedString.Synthesise(48000, 0.1, 1, seed: 3).Write(_folder.Path("in.wav"));
        DrawnModel.Save(_folder.Path("m.json"), seed: 4);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        (int code, _, string error) = Run(
            $"--model {_folder.Path("m.json")} --input {_folder.Path("in.wav")} --output {_folder.Path("out.wav")}", stopped.Token);
        Assert.Equal(130, code);
        Assert.Equal("Stopped.", error.Trim());
        Assert.Equal(["in.wav", "m.json"], _folder.Names);
    }

    /// <summary>The sample's project switches ONNX off, which only its own process sees.</summary>
    [Fact]
    public void As_a_program_it_has_no_onnx_and_says_so()
    {
        File.WriteAllText(_folder.Path("m.onnx"), "\u0008\u0008");
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        using Process process = Process.Start(new ProcessStartInfo(host)
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "SpanRnn.Samples.AudioEffect.dll"), "--model", _folder.Path("m.onnx") },
            RedirectStandardError = true,
        })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("ONNX is left out of this program", error, StringComparison.Ordinal);
    }

    private static float[] Stepped(ImportedModel model, float[] x, params float[] knobs)
    {
        using ImportedSession session = model.CreateSession();
        float[] y = new float[x.Length];
        for (int t = 0; t < x.Length; t++)
        {
            session.Step([x[t], .. knobs], y.AsSpan(t, 1));
        }

        return y;
    }

    private static (int Code, string Output, string Error) Run(string line, CancellationToken stop = default)
    {
        using StringWriter output = new(), error = new();
        int code = SampleProgram.Run(line.Split(' '), AudioEffectApp.Help, AudioEffectApp.Run, output, error, stop);
        return (code, output.ToString(), error.ToString());
    }

    private static string Recording(string model, char which) =>
        Path.Combine(Path.GetDirectoryName(model)!, $"{Path.GetFileNameWithoutExtension(model)}_{which}_python.csv");

    private static double[] Read(string path) => [.. File.ReadAllText(path)
        .Split([',', '\n', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
}
