using System.Text.Json;
using SpanRnn.Tests.Support;
using SpanRnn.Tool;
using SpanRnn.Tool.Experiments.Sentiment;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

public sealed class SentimentTests : IDisposable
{
    private const string Small = "--hidden 12 --embedding 12 --batch 8 --steps 24 --learning-rate 0.01";

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Generated_reviews_are_told_apart_and_a_typed_one_too()
    {
        string file = Generated(200);
        Assert.Equal(0, _tool.Run($"sentiment --data {file} --out {{0}}/runs --json --epochs 8 {Small}"));
        using var json = JsonDocument.Parse(_tool.Output);
        JsonElement root = json.RootElement;
        Assert.Equal(["the larger class", "pairs, logistic"], root.GetProperty("baselines").EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        Assert.InRange(Accuracy(root.GetProperty("baselines")[1]), 0.9, 1);
        Assert.InRange(Accuracy(root.GetProperty("models")[0]), 0.9, 1);
        Assert.Contains("1 without a text left out", root.GetProperty("setting")[0].GetString(), StringComparison.Ordinal);

        string model = _tool.Path("runs/bigru-1.safetensors");
        Assert.Equal(0, _tool.Run(["sentiment", "predict", "房间很好，早餐也好吃", "--model", model]));
        Assert.StartsWith("positive  ", _tool.Output, StringComparison.Ordinal);
        _tool.Input = "房间太差，不干净\n";
        Assert.Equal(0, _tool.Run(["sentiment", "predict", "--model", model]));
        Assert.StartsWith("negative  ", _tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_validation_part_the_last_weights_are_kept()
    {
        Assert.Equal(0, _tool.Run($"sentiment --data {Generated(120)} --out {{0}}/runs --json --epochs 3 --validation 0 --one-direction --cells lstm --head last {Small}"));
        using var json = JsonDocument.Parse(_tool.Output);
        JsonElement model = json.RootElement.GetProperty("models")[0];
        Assert.Equal("LSTM", model.GetProperty("contender").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, model.GetProperty("validation").ValueKind);
        Assert.Equal(model.GetProperty("iterations").GetInt64(), model.GetProperty("bestIteration").GetInt64());
    }

    [DataFact("hotel/reviews.csv")]
    public void A_part_of_the_real_reviews_is_learnt_from()
    {
        Assert.Equal(0, _tool.Run($"sentiment --data {DataFolder.Path("hotel")} --first 800 --out {{0}}/runs --json --epochs 10 --hidden 24 --embedding 24 --steps 60 --batch 16 --learning-rate 0.005"));
        using var json = JsonDocument.Parse(_tool.Output);
        Assert.InRange(Accuracy(json.RootElement.GetProperty("baselines")[1]), 0.75, 1);
        Assert.InRange(Accuracy(json.RootElement.GetProperty("models")[0]), 0.76, 1);
    }

    [Fact]
    public void The_cut_is_fixed_by_its_seed_and_each_part_has_the_same_mixture()
    {
        Reviews reviews = Reviews.Parse("x", File.ReadAllText(Generated(400)));
        (int[] training, int[] validation, int[] heldOut) = reviews.Split(1, 0.1);
        Assert.Equal(Enumerable.Range(0, reviews.Count), training.Concat(validation).Concat(heldOut).Order());
        Assert.Equal((40, 20), (heldOut.Length, reviews.Positive(heldOut)));
        Assert.Equal((36, 18), (validation.Length, reviews.Positive(validation)));
        Assert.Equal(heldOut, reviews.Split(1, 0.2).HeldOut);
        Assert.NotEqual(heldOut, reviews.Split(2, 0.1).HeldOut);
    }

    [Theory]
    [InlineData("text,label\n", "expected the heading label,review")]
    [InlineData("label,review\n2,a\n", "review 1: expected the label 0 or 1, found '2'")]
    [InlineData("label,review\n1,a\n", "expected at least 20 positive and 20 negative")]
    public void What_is_no_list_of_reviews_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ToolException>(() => Reviews.Parse("x", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Where_the_data_is_missing_the_tool_says_how_to_get_it()
    {
        Assert.Equal(2, _tool.Run("sentiment --data {0}/nowhere"));
        Assert.Contains("ChnSentiCorp", _tool.Error, StringComparison.Ordinal);
    }

    private static double Accuracy(JsonElement row) => row.GetProperty("figures").GetProperty("accuracy").GetDouble();

    /// <summary>Reviews in the real ones' format: half of them praise, half complain, in changing words; and one without a text.</summary>
    private string Generated(int count)
    {
        string[] things = ["房间", "早餐", "服务", "位置", "大堂", "空调"], praise = ["很好", "不错", "满意", "舒服"], complaint = ["太差", "很旧", "不干净", "失望"];
        IEnumerable<string> rows = Enumerable.Range(0, count).Select(i =>
        {
            string[] words = i % 2 == 0 ? praise : complaint;
            return $"{(i + 1) % 2},\"{things[i % 6]}{words[i / 2 % 4]}，{things[i / 3 % 6]}{words[i / 5 % 4]}，\"\"{i}\"\"\"";
        });
        return _tool.Write("reviews.csv", $"label,review\n{string.Join('\n', rows)}\n0,\n");
    }
}
