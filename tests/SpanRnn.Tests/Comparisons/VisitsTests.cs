using SpanRnn.Comparisons.Reports;
using SpanRnn.Comparisons.Rounds;
using SpanRnn.Comparisons.Workloads;
using Xunit;

namespace SpanRnn.Tests.Comparisons;

/// <summary>What the comparison says of a row that it has visited once or several times, and of how far it is.</summary>
public sealed class VisitsTests
{
    /// <summary>60 times as fast as ONNX Runtime is asked for.</summary>
    private static readonly Workload Row = Tables.All.First(row => row.Name == "A-lstm-1x16");

    /// <summary>Of all rounds together the median of ours would be 15, halfway between two speeds, and that of the peer's 21.5: a ratio that no pass had.</summary>
    [Fact]
    public void On_a_machine_with_two_speeds_a_ratio_is_that_of_the_passes()
    {
        RowResult row = new RowResult(Row, [Visited(("SpanRnn", [10, 10, 10]), ("ONNX Runtime", [12, 12, 19]))])
            .Then(Visited(("SpanRnn", [20, 20, 20]), ("ONNX Runtime", [24, 24, 24])));
        Assert.Equal([1.2, 1.2], row.RatiosTo("ONNX Runtime"));
        Timing ours = row.Of(RowResult.Ours)!;
        Assert.Equal([10, 20], ours.Medians);
        Assert.Equal(15, ours.Median);
        Assert.Equal(10, ours.Minimum);
        Assert.Equal(2, ours.Spread);
        Assert.Equal([0.5, 0.25], row.FractionsOf(ours));
    }

    [Fact]
    public void Each_pass_has_its_own_fastest_variant_of_a_peer()
    {
        RowResult row = new RowResult(Row, [Visited(("SpanRnn", [10]), ("PyTorch OpenBLAS", [30]), ("PyTorch BLIS", [40]))])
            .Then(Visited(("SpanRnn", [10]), ("PyTorch OpenBLAS", [70]), ("PyTorch BLIS", [50])));
        Assert.Equal([3, 5], row.RatiosTo("PyTorch"));
        Assert.Equal("PyTorch BLIS", row.Best("PyTorch")!.Contender);
        Assert.Equal(" [3 to 5]", PassRange.Of(row.RatiosTo("PyTorch"), value => $"{value}"));
        Assert.Equal("", PassRange.Of([3], value => $"{value}"));
    }

    /// <summary>Whoever disagrees in one pass is left out of the row, in whichever pass it was, and the reason is told once.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_disagrees_once_is_left_out(bool isFirst)
    {
        Visit agreed = Visited(("SpanRnn", [10]), ("ONNX Runtime", [700])), disagreed = Visited(("SpanRnn", [10])) with { Notes = ["ONNX Runtime disagrees"] };
        Visit[] visits = isFirst ? [disagreed, agreed, disagreed] : [agreed, disagreed, disagreed];
        var row = new RowResult(Row, visits);
        Assert.Null(row.Of("ONNX Runtime"));
        Assert.Empty(row.RatiosTo("ONNX Runtime"));
        Assert.Equal(["ONNX Runtime disagrees"], row.Notes);
        Assert.Equal("not measured", TableReport.Met(row));
        Assert.Equal("yes", TableReport.Met(new RowResult(Row, [agreed])));
    }

    [Fact]
    public void A_target_is_met_by_the_median_of_the_passes()
    {
        Visit met = Visited(("SpanRnn", [10]), ("ONNX Runtime", [600])), missed = Visited(("SpanRnn", [10]), ("ONNX Runtime", [599]));
        Assert.Equal("yes", TableReport.Met(new RowResult(Row, [met, missed, met])));
        Assert.Equal("no", TableReport.Met(new RowResult(Row, [missed, met, missed])));
    }

    [Fact]
    public void What_was_chosen_is_told_once_for_each_choice()
    {
        Visit one = Chosen("a"), other = Chosen("b");
        Assert.Equal([("oneDNN", "a"), ("oneDNN", "b")], new RowResult(Row, [one, other, one]).Choices);

        static Visit Chosen(string choice) =>
            Visited(("SpanRnn", [10]), ("oneDNN", [20])) with { Choices = new Dictionary<string, string> { ["oneDNN"] = choice, ["absent"] = choice } };
    }

    [Fact]
    public void Progress_counts_the_rows_of_all_passes()
    {
        Workload[] rows = [.. Tables.All.Take(2)];
        var progress = new RowProgress(rows, passes: 2);
        string[] told = [.. rows.Concat(rows).Select(_ =>
        {
            progress.Begin();
            return progress.End();
        })];
        Assert.Equal(["[1 of 4, about 0 s of rows left]", "[2 of 4, about 0 s of rows left]", "[3 of 4, about 0 s of rows left]", "[4 of 4]"], told);
    }

    /// <summary>A visit with a roofline of 5.</summary>
    private static Visit Visited(params (string Contender, double[] Seconds)[] rounds) =>
        new(5, rounds, [], new Dictionary<string, long>(), new Dictionary<string, string>());
}
