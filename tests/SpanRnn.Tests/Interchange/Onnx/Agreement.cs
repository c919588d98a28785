using SpanRnn.Interchange;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Tests.Support;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>Runs one file's bytes in ONNX Runtime and as an imported model: the same numbers.</summary>
internal static class Agreement
{
    /// <summary>The model has an input x and an output y, both of numbers; batch first if so is said.</summary>
    public static void Check(string name, byte[] bytes, int inputs, bool batchFirst = false, int steps = 5, int batch = 3)
    {
        var random = new Random(inputs + steps);
        float[] x = [.. Enumerable.Range(0, steps * batch * inputs).Select(_ => 2f * random.NextSingle() - 1f)];
        long[] shape = batchFirst ? [batch, steps, inputs] : [steps, batch, inputs];
        float[] expected = OnnxRuntime.Run(bytes, [new RuntimeInput("x", batchFirst ? Swap(x, steps, batch, inputs) : x, shape)], ["y"])[0];
        using ImportedModel model = OnnxFile.Read(name, bytes).Import();
        float[] y = Run(model, steps, batch, x);
        Closeness.Absolute(name, [.. (batchFirst && model.GivesEveryStep ? Swap(expected, batch, steps, model.OutputSize) : expected).Select(number => (double)number)], y, 1e-5);
    }

    public static float[] Run(ImportedModel model, int steps, int batch, float[] x, int[]? lengths = null)
    {
        float[] y = new float[(model.GivesEveryStep ? steps : 1) * batch * model.OutputSize];
        using ImportedRun run = model.Plan(steps, batch);
        run.Run(steps, batch, lengths ?? [], x, y);
        return y;
    }

    /// <summary>[first, second, size] to [second, first, size].</summary>
    public static float[] Swap(float[] from, int first, int second, int size) =>
        [.. Enumerable.Range(0, second).SelectMany(j => Enumerable.Range(0, first).SelectMany(i => from.AsSpan((i * second + j) * size, size).ToArray()))];
}
