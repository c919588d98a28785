using SpanRnn.Tool;
using SpanRnn.Tool.Experiments;
using SpanRnn.Tool.Training;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

/// <summary>What experiments share: orders, tables of confusions, finding data, mean and spread.</summary>
public sealed class FrameworkTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Every_example_comes_once_in_each_epoch_in_another_order()
    {
        var order = new EpochOrder(23, 5, seed: 3);
        Assert.Equal(5, order.BatchesPerEpoch);
        int[][] epochs = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 5).SelectMany(_ => order.Next().ToArray()).ToArray())];
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, 23), epoch.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(epochs[1], epochs[2]);
        Assert.Equal(epochs[0], Enumerable.Range(0, 5).SelectMany(new Func<int, IEnumerable<int>>(Same(new EpochOrder(23, 5, seed: 3)))));

        static Func<int, IEnumerable<int>> Same(EpochOrder again) => _ => again.Next().ToArray();
    }

    [Fact]
    public void An_order_set_to_a_position_goes_on_from_there()
    {
        EpochOrder first = new(17, 4, seed: 9), second = new(17, 4, seed: 10);
        for (int batches = 0; batches < 12; batches++)
        {
            second.Position = first.Position;
            Assert.Equal(first.Next().ToArray(), second.Next().ToArray());
            Assert.Equal(first.Next().ToArray(), second.Next().ToArray());
        }
    }

    [Fact]
    public void Figures_of_a_confusion_agree_with_the_equations_by_hand()
    {
        var confusion = new Confusion(["a", "b", "c"]);
        foreach ((int truth, int answer) in ((int, int)[])[(0, 0), (0, 0), (0, 1), (1, 1), (1, 0), (1, 0)])
        {
            confusion.Add(truth, answer);
        }

        Assert.Equal(3 / 6.0, confusion.Accuracy, 1e-15);
        Assert.Equal(2 / 4.0, confusion.Precision(0), 1e-15);
        Assert.Equal(2 / 3.0, confusion.Recall(0), 1e-15);
        Assert.Equal(4 / 7.0, confusion.F1(0), 1e-15);
        Assert.Equal(2 / 5.0, confusion.F1(1), 1e-15);
        Assert.Equal((4 / 7.0 + 2 / 5.0) / 2, confusion.MacroF1, 1e-15);       // c occurs nowhere
        Assert.Equal(0, confusion.F1(2));
        Assert.Equal(2, confusion[1, 0]);
        Assert.Equal("[[2,1,0],[2,1,0],[0,0,0]]", confusion.ToJson()["confusion"]!.ToJsonString());
    }

    [Fact]
    public void Data_is_found_by_the_option_before_the_variable_before_the_folder_below()
    {
        var set = new DataSet("Any", "any", ["a.txt", "b.txt"], "source", "licence");
        Directory.CreateDirectory(_tool.Path("one/any"));
        Directory.CreateDirectory(_tool.Path("two"));
        foreach (string file in (string[])["one/any/a.txt", "one/any/b.txt", "two/a.txt", "two/b.txt"])
        {
            _tool.Write(file, "");
        }

        string[] one = [_tool.Path("one/any/a.txt"), _tool.Path("one/any/b.txt")], two = [_tool.Path("two/a.txt"), _tool.Path("two/b.txt")];
        Assert.Equal(one, set.Find(null, _tool.Path("one")));
        Assert.Equal(one, set.Find(_tool.Path("one"), null));
        Assert.Equal(two, set.Find(_tool.Path("two"), _tool.Path("one")));
        File.Delete(one[1]);
        string message = Assert.Throws<ToolException>(() => set.Find(null, _tool.Path("one"))).Message;
        foreach (string part in (string[])["Any: the data is not there.", $"Looked for b.txt in {_tool.Path("one/any")} (SPANRNN_DATA)", "source; licence: licence."])
        {
            Assert.Contains(part, message, StringComparison.Ordinal);
        }

        Assert.Contains("(no --data given and SPANRNN_DATA not set)", Assert.Throws<ToolException>(() => set.Find(null, null)).Message, StringComparison.Ordinal);
        DataSet single = set with { Files = ["a.txt"] };
        Assert.Equal([two[0]], single.Find(two[0], null));
    }

    [Fact]
    public void A_digest_tells_data_and_cuts_apart()
    {
        string[] all = [DataDigest.Of("cut", ["ab", "c"]), DataDigest.Of("cut", ["a", "bc"]), DataDigest.Of("cut", ["abc"]), DataDigest.Of("other", ["ab", "c"])];
        Assert.Equal(4, all.Distinct().Count());
        Assert.Equal(all[0], DataDigest.Of("cut", ["ab", "c"]));
    }

    [Theory]
    [InlineData("accuracy", 0.98521, "98.52 %")]
    [InlineData("rmse", 47.5349, "47.53")]
    [InlineData("rmse", double.NaN, "-")]
    public void Measures_are_shown_as_people_read_them(string id, double figure, string text)
    {
        Measure measure = id == "rmse" ? Measure.Rmse() : Measure.Accuracy;
        Assert.Equal(text, measure.Text(figure));
        Assert.Equal(id != "rmse", measure.IsBetter(2, than: 1));
        Assert.Equal(id == "rmse", measure.IsBetter(1, than: 2));
        Assert.False(measure.IsBetter(1, than: 1));
    }
}
