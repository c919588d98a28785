using System.Text.Json;
using Xunit;

namespace SpanRnn.Tests.Tool;

/// <summary>--threads: the same results to the bit, said in every report, refused where it makes no sense.</summary>
public sealed class ThreadsTests : IDisposable
{
    /// <summary>Large enough that every part of a step is divided: 32 sequences, 3 million multiply-adds a layer.</summary>
    private const string Divided = "--hidden 48 --layers 2 --embedding 20 --batch 32 --steps 20 --iterations 6 --length 5";

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Two_threads_give_the_figures_and_the_weights_of_one()
    {
        JsonElement one = _tool.Json($"train --text {_tool.Text} --cell gru --json --out {{0}}/one {Divided}");
        JsonElement two = _tool.Json($"train --text {_tool.Text} --cell gru --json --out {{0}}/two --threads 2 {Divided}");
        Assert.Equal(1, one.GetProperty("threads").GetInt32());
        Assert.Equal(2, two.GetProperty("threads").GetInt32());
        foreach (string figure in (string[])["trainingLoss", "trainingBits", "validationBits", "heldOutBits"])
        {
            Assert.Equal(Figure(one, figure), Figure(two, figure));
        }

        Assert.Equal(WeightsOf("one/gru.safetensors"), WeightsOf("two/gru.safetensors"));

        static double Figure(JsonElement report, string name) => report.GetProperty("models")[0].GetProperty(name).GetDouble();
    }

    [Fact]
    public void A_training_goes_on_with_another_number_of_threads_to_the_same_bits()
    {
        string half = Divided.Replace("--iterations 6", "--iterations 3", StringComparison.Ordinal);
        Assert.Equal(0, _tool.Run($"train --text {_tool.Text} --cell lstm --out {{0}}/straight {Divided}"));
        Assert.Equal(0, _tool.Run($"train --text {_tool.Text} --cell lstm --out {{0}}/broken --threads 2 {half}"));
        Assert.Equal(0, _tool.Run("train --resume {0}/broken/lstm.checkpoint.safetensors --iterations 6"));
        Assert.Contains(", 1 thread.", _tool.Output, StringComparison.Ordinal);
        Assert.Equal(0, _tool.Run($"train --text {_tool.Text} --cell lstm --out {{0}}/other {half}"));
        Assert.Equal(0, _tool.Run("train --resume {0}/other/lstm.checkpoint.safetensors --iterations 6 --threads 2"));
        Assert.Contains(", 2 threads.", _tool.Output, StringComparison.Ordinal);
        Assert.Equal(WeightsOf("broken/lstm.checkpoint.safetensors"), WeightsOf("other/lstm.checkpoint.safetensors"));
    }

    [Fact]
    public void An_experiment_says_its_threads_and_finds_the_same()
    {
        const string Line = "adding --steps 12 --cells lstm --hidden 64 --batch 32 --iterations 8 --json --out {0}";
        JsonElement one = _tool.Json($"{Line}/one"), two = _tool.Json($"{Line}/two --threads 2 --html {{0}}/page.html");
        Assert.Equal(2, two.GetProperty("threads").GetInt32());
        Assert.Equal(one.Figure("lstm-1", "meanSquaredError"), two.Figure("lstm-1", "meanSquaredError"));
        Assert.Equal(WeightsOf("one/lstm-1.safetensors"), WeightsOf("two/lstm-1.safetensors"));
        Assert.Contains("Training on 2 threads.", _tool.Error, StringComparison.Ordinal);
        Assert.Contains("training on 2 threads.", File.ReadAllText(_tool.Path("page.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Gradient_flow_says_its_threads()
    {
        JsonElement report = _tool.Json("gradient-flow --steps 5 --hidden 8 --batch 2 --iterations 2 --threads 2 --json");
        Assert.Equal(2, report.GetProperty("threads").GetInt32());
    }

    [Theory]
    [InlineData("train")]
    [InlineData("compare")]
    [InlineData("adding")]
    [InlineData("compare --task copy")]
    [InlineData("gradient-flow")]
    public void Numbers_that_make_no_sense_are_refused(string command)
    {
        _tool.Refused($"{command} --threads 0", "--threads: expected 1 to 1024, found 0.");
        _tool.Refused($"{command} --threads two", "--threads: expected a whole number, found 'two'.");
        int processors = Environment.ProcessorCount, most = 2 * processors;
        if (most < 1024)
        {
            _tool.Refused($"{command} --threads {most + 1}", $"--threads: expected 1 to {most}, 2 for each of this machine's {processors} processors, found {most + 1}.");
        }
    }

    /// <summary>The tensors of a file, without what it says about the run: that has times in it.</summary>
    private byte[] WeightsOf(string name)
    {
        byte[] file = File.ReadAllBytes(_tool.Path(name));
        return file[(8 + (int)BitConverter.ToInt64(file, 0))..];
    }
}
