using Xunit;
using Xunit.Abstractions;

namespace SpanRnn.Tests.Twin;

/// <summary>The twin's right to be an oracle: PyTorch's float64 results, stored as float32.</summary>
public sealed class TwinAgainstPyTorchFacts(ITestOutputHelper log)
{
    // Gradients cost an evaluation of the whole case each; a wrong equation shows in any of them.
    private const int ElementsPerTensor = 6;

    public static TheoryData<string> Cases => [.. GoldenCase.Files];

    [GoldenTheory]
    [MemberData(nameof(Cases))]
    public void Outputs_and_final_states_are_those_of_PyTorch(string file)
    {
        GoldenCase golden = new(file);
        TwinRun run = golden.Run();
        AssertClose(golden.Golden["output"], run.Output);
        AssertClose(golden.Golden["h_n"], run.HN);
        AssertClose(golden.Golden.Find("c_n") ?? [], run.CN);
    }

    [GoldenTheory]
    [MemberData(nameof(Cases))]
    public void Central_differences_are_the_gradients_of_PyTorch(string file)
    {
        GoldenCase golden = new(file);
        Dictionary<string, double[]> leaves = golden.Leaves;
        Assert.Superset(golden.Weights.Keys.ToHashSet(), leaves.Keys.ToHashSet());
        foreach (string name in leaves.Keys)
        {
            SampledGradient gradient = CentralDifference.Gradient(golden.Loss, leaves, name, ElementsPerTensor);
            double worst = gradient.WorstError(golden.Golden["grad." + name]);
            log.WriteLine($"{name}: {worst:E1}");
            Assert.True(worst <= 1e-5, $"{file}: the gradient of {name} is off by {worst:E2} of its largest element");
        }
    }

    [GoldenFact]
    public void The_index_lists_every_kind_of_cell()
    {
        TwinCell[] cells = [.. GoldenCase.Files.Select(file => new GoldenCase(file).Stack.Cell).Distinct().Order()];
        Assert.Equal([TwinCell.ElmanTanh, TwinCell.ElmanRelu, TwinCell.Lstm, TwinCell.Gru], cells);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int k = 0; k < expected.Length; k++)
        {
            Assert.True(
                Math.Abs(expected[k] - actual[k]) <= 1e-6 * Math.Max(1, Math.Abs(expected[k])),
                $"[{k}]: expected {expected[k]}, found {actual[k]}");
        }
    }
}
