using SpanRnn.Interchange.Onnx;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>Nodes drawn at random, with everything the operator has, give what the real ONNX Runtime gives.</summary>
public sealed class OnnxRuntimeAgrees
{
    private const int Nodes = 300;

    [RuntimeFact]
    public void Drawn_nodes_give_what_the_runtime_gives()
    {
        for (int seed = 0; seed < Nodes; seed++)
        {
            var drawn = new DrawnNode(seed);
            byte[] model = drawn.ToModel();
            float[][] expected = OnnxRuntime.Run(model, Inputs(drawn), drawn.Outputs);
            OnnxFile file = OnnxFile.Read($"seed {seed}", model);
            using OnnxRecurrentNode node = file.CreateNode(Assert.Single(file.RecurrentNodes).Name);
            float[][] found = [.. expected.Select(array => new float[array.Length])];
            node.Run(drawn.Steps, drawn.Batch, drawn.X, drawn.Lengths, drawn.H0, drawn.C0, found[0], found[1], found.Length > 2 ? found[2] : []);
            for (int i = 0; i < expected.Length; i++)
            {
                Closeness.Absolute($"seed {seed}, {drawn}: {drawn.Outputs[i]}", [.. expected[i].Select(number => (double)number)], found[i], 1e-4 * Math.Max(1, expected[i].Max(Math.Abs)));
            }
        }
    }

    [Fact]
    public void Batch_major_is_time_major_with_its_axes_swapped()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var drawn = new DrawnNode(seed);
            int directions = drawn.Settings.Directions, units = drawn.Settings.HiddenSize, cells = drawn.Outputs.Length > 2 ? drawn.States : 0;
            using OnnxRecurrentNode time = Create(drawn.ToModel()), batch = Create(drawn.ToModel(batchMajor: true));
            float[] y = new float[drawn.Steps * drawn.States], yH = new float[drawn.States], yC = new float[cells];
            float[] by = new float[y.Length], byH = new float[yH.Length], byC = new float[yC.Length];
            time.Run(drawn.Steps, drawn.Batch, drawn.X, drawn.Lengths, drawn.H0, drawn.C0, y, yH, yC);
            batch.Run(
                drawn.Steps, drawn.Batch, Swap(drawn.X, drawn.Steps, drawn.Batch, drawn.Inputs), drawn.Lengths,
                Swap(drawn.H0, directions, drawn.Batch, units), Swap(drawn.C0, directions, drawn.Batch, units), by, byH, byC);

            // [T, D, B, H] and [B, T, D, H]
            for (int t = 0; t < drawn.Steps; t++)
                for (int d = 0; d < directions; d++)
                    for (int b = 0; b < drawn.Batch; b++)
                        Assert.Equal(
                            y.AsSpan(((t * directions + d) * drawn.Batch + b) * units, units),
                            by.AsSpan(((b * drawn.Steps + t) * directions + d) * units, units));
            Assert.Equal(Swap(yH, directions, drawn.Batch, units), byH);
            Assert.Equal(Swap(yC, directions, drawn.Batch, units), byC);
        }
    }

    [Fact]
    public void A_planned_run_allocates_no_byte()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            var drawn = new DrawnNode(seed);
            using OnnxRecurrentNode node = Create(drawn.ToModel(batchMajor: seed % 2 == 1));
            float[] y = new float[drawn.Steps * drawn.States], yH = new float[drawn.States], yC = new float[drawn.Outputs.Length > 2 ? drawn.States : 0];
            Assert.Equal(0, Allocations.Of(() => node.Run(drawn.Steps, drawn.Batch, drawn.X, drawn.Lengths, drawn.H0, drawn.C0, y, yH, yC)));
        }
    }

    internal static RuntimeInput[] Inputs(DrawnNode drawn)
    {
        long d = drawn.Settings.Directions, h = drawn.Settings.HiddenSize;
        return
        [
            new("X", drawn.X, drawn.Steps, drawn.Batch, drawn.Inputs),
            .. drawn.Lengths.Length > 0 ? [new("lengths", drawn.Lengths, drawn.Batch)] : (RuntimeInput[])[],
            .. drawn.H0.Length > 0 ? [new("h0", drawn.H0, d, drawn.Batch, h)] : (RuntimeInput[])[],
            .. drawn.C0.Length > 0 ? [new("c0", drawn.C0, d, drawn.Batch, h)] : (RuntimeInput[])[],
        ];
    }

    private static OnnxRecurrentNode Create(byte[] model)
    {
        OnnxFile file = OnnxFile.Read("drawn", model);
        return file.CreateNode(file.RecurrentNodes[0].Name);
    }

    private static float[] Swap(float[] from, int first, int second, int size) => from.Length == 0 ? []
        : [.. Enumerable.Range(0, second).SelectMany(j => Enumerable.Range(0, first).SelectMany(i => from.AsSpan((i * second + j) * size, size).ToArray()))];
}
