using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>The engine against everything PyTorch computed in float64: outputs, final states and every gradient.</summary>
/// <remarks>
/// The saturated cases have weights eight times as large as the others, and are chaotic: from one step to the next a rounding error
/// grows by the largest of them. Which digits survive float32 depends on the numbers that were drawn. So what these cases may differ
/// by is the larger of the plain tolerance and four times what the float64 twin's own result changes by when every weight is moved by
/// one part in 2^23, the spacing of floats: no float32 engine can know its weights any better.
/// </remarks>
public sealed class PyTorchCases
{
    public static TheoryData<string> Files => [.. GoldenCase.Files];

    [GoldenTheory]
    [MemberData(nameof(Files))]
    public void Outputs_and_gradients_are_PyTorchs(string file)
    {
        var golden = new GoldenCase(file);
        GoldenTensors recorded = golden.Golden;
        EngineRun run = EngineRun.Of(golden.Stack, golden.Weights, golden.Batch, recorded["up.output"], recorded["up.h_n"], recorded.Find("up.c_n"));
        FloatNoise? noise = file.Contains("saturated", StringComparison.Ordinal) ? new FloatNoise(golden) : null;
        Output("output", recorded["output"], run.Output, noise, result => result.Output);
        Output("h_n", recorded["h_n"], run.HN, noise, result => result.HN);
        Output("c_n", recorded.Find("c_n") ?? [], run.CN, noise, result => result.CN);
        foreach (string leaf in golden.Leaves.Keys)
        {
            double[] expected = recorded[$"grad.{leaf}"];
            float[] found = run.Gradients[leaf];
            double tolerance = Allowed(2e-5 * Math.Max(Largest(expected), 1e-6), expected, found, () => noise?.OfGradient(leaf, expected, found));
            Closeness.Absolute($"grad.{leaf}", expected, found, tolerance);
        }
    }

    private static void Output(string what, double[] expected, float[] found, FloatNoise? noise, Func<TwinRun, double[]> part)
    {
        double plain = (noise is null ? 2e-6 : 2e-5) * Math.Max(1, Largest(expected));
        Closeness.Absolute(what, expected, found, Allowed(plain, expected, found, () => noise?.OfResult(part)));
    }

    /// <summary>The plain tolerance; where it does not hold and there is noise, the larger of the two.</summary>
    private static double Allowed(double plain, double[] expected, float[] found, Func<double?> noise) =>
        expected.Zip(found, (e, f) => Math.Abs(e - f)).All(error => error <= plain) ? plain : Math.Max(plain, 4 * noise() ?? 0);

    private static double Largest(double[] values) => values.Length == 0 ? 0 : values.Max(Math.Abs);
}
