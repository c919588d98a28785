using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>The engine against everything PyTorch computed in float64: outputs, final states and every gradient.</summary>
public sealed class PyTorchCases
{
    public static TheoryData<string> Files => [.. GoldenCase.Files];

    [GoldenTheory]
    [MemberData(nameof(Files))]
    public void Outputs_and_gradients_are_PyTorchs(string file)
    {
        var golden = new GoldenCase(file);
        EngineRun run = EngineRun.Of(
            golden.Stack, golden.Weights, golden.Batch, golden.Golden["up.output"], golden.Golden["up.h_n"], golden.Golden.Find("up.c_n"));

        // Saturated cases have weights eight times as large, and so rounding errors.
        double tolerance = file.Contains("saturated", StringComparison.Ordinal) ? 2e-5 : 2e-6;
        Closeness.Absolute("output", golden.Golden["output"], run.Output, tolerance);
        Closeness.Absolute("h_n", golden.Golden["h_n"], run.HN, tolerance);
        Closeness.Absolute("c_n", golden.Golden.Find("c_n") ?? [], run.CN, tolerance);
        foreach (string leaf in golden.Leaves.Keys)
        {
            Closeness.Relative($"grad.{leaf}", golden.Golden[$"grad.{leaf}"], run.Gradients[leaf], 2e-5);
        }
    }
}
