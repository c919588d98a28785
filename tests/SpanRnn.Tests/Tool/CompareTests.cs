using System.Text.Json;
using Xunit;

namespace SpanRnn.Tests.Tool;

public sealed class CompareTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Without_a_command_three_cells_are_compared_beside_the_bigram()
    {
        Assert.Equal(0, _tool.Run($"--text {_tool.Text} --out {{0}}/runs --iterations 30 {ToolRun.Small}"));
        string header = Assert.Single(Lines(_tool.Output), line => line.Contains("bigram", StringComparison.Ordinal) && line.Contains("LSTM", StringComparison.Ordinal));
        Assert.Equal(["RNN", "(tanh)", "LSTM", "GRU", "bigram"], header.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        foreach (string measure in (string[])
            ["parameters", "training loss (nats)", "training bits per character", "held-out bits per character", "training seconds", "characters per second", "µs per generated character"])
        {
            Assert.Single(Lines(_tool.Output), line => line.TrimStart().StartsWith(measure, StringComparison.Ordinal));
        }

        foreach (string cell in (string[])["rnn", "lstm", "gru"])
        {
            Assert.True(File.Exists(_tool.Path($"runs/{cell}.safetensors")));
            Assert.True(File.Exists(_tool.Path($"runs/{cell}.checkpoint.safetensors")));
        }

        Assert.Contains("LSTM        30 of 30  loss ", _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_without_the_usual_prompt_begins_as_the_text_does_and_says_so()
    {
        Assert.Equal(0, _tool.Run($"--text {_tool.Text} --cells gru --out {{0}}/runs --iterations 2 {ToolRun.Small}"));
        Assert.Contains("does not have the characters 早餐: the prompt is its own beginning.", _tool.Output, StringComparison.Ordinal);
        Assert.Single(Lines(_tool.Output), line => line.StartsWith("the 0th line of a", StringComparison.Ordinal));
    }

    [Fact]
    public void Json_on_stdout_has_every_figure_and_progress_goes_to_stderr()
    {
        Assert.Equal(0, _tool.Run($"--cells rnn,gru-before --first 1500 --json --out {{0}}/runs --iterations 20 {ToolRun.Small}"));
        using var json = JsonDocument.Parse(_tool.Output);
        JsonElement text = json.RootElement.GetProperty("text"), models = json.RootElement.GetProperty("models");
        Assert.Equal(1_500, text.GetProperty("characters").GetInt32());
        Assert.Equal(150, text.GetProperty("heldOut").GetInt32());
        Assert.True(text.GetProperty("bigramHeldOutBits").GetDouble() > 0);
        Assert.Equal(["rnn", "gru-before"], models.EnumerateArray().Select(model => model.GetProperty("cell").GetString()));
        foreach (JsonElement model in models.EnumerateArray())
        {
            Assert.True(model.GetProperty("heldOutBits").GetDouble() > 0);
            Assert.True(model.GetProperty("trainingBits").GetDouble() > 0);
            Assert.True(model.GetProperty("microsecondsPerCharacter").GetDouble() > 0);
            Assert.StartsWith("早餐", model.GetProperty("written").GetString(), StringComparison.Ordinal);
            Assert.Equal(2 + 12, model.GetProperty("written").GetString()!.Length);
        }

        Assert.Contains("20 of 20", _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures_and_another_seed_others()
    {
        string line = $"--text {_tool.Text} --cells lstm --json --out {{0}}/runs --iterations 12 {ToolRun.Small}";
        Assert.Equal(Run(line), Run(line));
        Assert.NotEqual(Run(line), Run($"{line} --seed 2"));
    }

    [Fact]
    public void A_large_text_is_read_as_parallel_streams_and_learnt_better_than_pairs_are()
    {
        string large = _tool.Write("large.txt", string.Concat(Enumerable.Repeat("one day the cat sat on the mat and the dog ran at it, ", 2_400)));
        Assert.Equal(0, _tool.Run($"--text {large} --cells gru --json --out {{0}}/runs --iterations 200 --hidden 32 --embedding 16 --batch 8 --steps 20 --length 5"));
        using var json = JsonDocument.Parse(_tool.Output);
        Assert.Equal("Streams", json.RootElement.GetProperty("settings").GetProperty("order").GetString());
        double bigram = json.RootElement.GetProperty("text").GetProperty("bigramHeldOutBits").GetDouble();
        Assert.InRange(json.RootElement.GetProperty("models")[0].GetProperty("heldOutBits").GetDouble(), 0, bigram - 0.5);
    }

    [Fact]
    public void A_time_budget_ends_training()
    {
        Assert.Equal(0, _tool.Run($"--text {_tool.Text} --cells rnn --seconds 0.2 --json --out {{0}}/runs {ToolRun.Small}"));
        using var json = JsonDocument.Parse(_tool.Output);
        JsonElement model = json.RootElement.GetProperty("models")[0];
        Assert.Contains(model.GetProperty("ended").GetString(), (string[])["time budget spent", "ended early, the validation part got no better"]);
        Assert.InRange(model.GetProperty("seconds").GetDouble(), 0, 30);
    }

    private (double, double, string) Run(string line)
    {
        Assert.Equal(0, _tool.Run(line));
        using var json = JsonDocument.Parse(_tool.Output);
        JsonElement model = json.RootElement.GetProperty("models")[0];
        return (model.GetProperty("trainingLoss").GetDouble(), model.GetProperty("heldOutBits").GetDouble(), model.GetProperty("written").GetString()!);
    }

    private static string[] Lines(string text) => text.Split('\n');
}
