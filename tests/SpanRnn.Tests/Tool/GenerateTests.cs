using Xunit;

namespace SpanRnn.Tests.Tool;

public sealed class GenerateTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_saved_model_writes_what_it_wrote_when_it_was_trained()
    {
        Assert.Equal(0, _tool.Run($"train --cell lstm --text {_tool.Text} --out {{0}} --save {{0}}/mine.safetensors --iterations 20 --prompt line {ToolRun.Small}"));
        string[] trained = _tool.Output.Split('\n');
        Assert.Equal(0, _tool.Run("generate {0}/mine.safetensors --length 12"));
        Assert.StartsWith("line", _tool.Output, StringComparison.Ordinal);
        Assert.Contains(_tool.Output.TrimEnd('\n').Split('\n')[0], trained);
        string first = _tool.Output;
        Assert.Equal(0, _tool.Run("generate {0}/mine.safetensors --length 12 --temperature 5 --seed 9"));
        Assert.NotEqual(first, _tool.Output);
        Assert.Equal(0, _tool.Run("generate {0}/lstm.checkpoint.safetensors --length 3 --prompt the --temperature 0"));
        Assert.Equal("the".Length + 3, _tool.Output.TrimEnd('\r', '\n').Length);
    }

    [Fact]
    public void Info_tells_cell_sizes_parameters_bytes_vocabulary_and_training()
    {
        Assert.Equal(0, _tool.Run($"train --cell gru --text {_tool.Text} --out {{0}} --iterations 20 {ToolRun.Small}"));
        Assert.Equal(0, _tool.Run("info {0}/gru.safetensors"));
        foreach (string part in (string[])["GRU", "8 + 8 units", "embedding 4", "rnn.weight_hh_l1 [24, 8]", "parameters", "bytes", "vocabulary", "held_out_bits", "validation_bits"])
        {
            Assert.Contains(part, _tool.Output, StringComparison.Ordinal);
        }

        Assert.Equal(0, _tool.Run("info {0}/gru.checkpoint.safetensors"));
        Assert.Contains("checkpoint after 20 updates", _tool.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("compare --help")]
    [InlineData("train --help")]
    [InlineData("generate --help")]
    [InlineData("info --help")]
    public void Help_is_no_error(string line)
    {
        Assert.Equal(0, _tool.Run(line));
        Assert.Contains("Usage:", _tool.Output, StringComparison.Ordinal);
        Assert.Empty(_tool.Error);
    }
}
