using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Optimizers;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// A layer that is updated while it is packed lets every float of its tensors be changed once, by one of the parts, and packs what was changed.
/// </summary>
public sealed class EveryWeightIsUpdatedOnce
{
    private static readonly RecurrentOptions[] Options =
    [
        new() { Cell = CellKind.Rnn, InputSize = 5, HiddenSizes = [17] },
        new() { Cell = CellKind.Lstm, InputSize = 20, HiddenSizes = [33], Bias = BiasKind.Single },
        new() { Cell = CellKind.Lstm, InputSize = 3, HiddenSizes = [48], Bias = BiasKind.None },
        new() { Cell = CellKind.Lstm, InputSize = 7, HiddenSizes = [40], ProjectionSize = 19 },
        new() { Cell = CellKind.Lstm, InputSize = 7, HiddenSizes = [50], Peepholes = true },
        new() { Cell = CellKind.Gru, InputSize = 16, HiddenSizes = [64] },
        new() { Cell = CellKind.GruResetBefore, InputSize = 18, HiddenSizes = [130], Bidirectional = true },
    ];

    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            foreach (int parts in (int[])[1, 2, 3, 7])
            {
                for (int i = 0; i < Options.Length; i++)
                {
                    cases.Add(i, parts);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_a_recurrent_layer(int options, int parts)
    {
        var layout = new ParameterLayout();
        layout.AddMatrix("before", 3, 5);
        using var stack = new RecurrentStack(Options[options], "", layout, Isa.Best);
        layout.AddVector("after", 7);
        using var weights = new ParameterSet(layout);
        foreach (RecurrentLayer layer in stack.Layers)
        {
            Hold(layer, weights, parts);
        }
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(37, 1, true)]
    [InlineData(37, 2, false)]
    [InlineData(200, 3, true)]
    [InlineData(600, 2, true)]
    public void Of_a_dense_layer(int outputs, int parts, bool hasBias)
    {
        var layout = new ParameterLayout();
        layout.AddMatrix("before", 3, 5);
        using var layer = new DenseLayer(21, outputs, "fc.", layout, Isa.Best, hasBias);
        layout.AddVector("after", 7);
        using var weights = new ParameterSet(layout);
        Hold(layer, weights, parts);
    }

    /// <summary>
    /// Layers in both directions, an embedding and a head so large that training updates them by blocks, on the way back or (for a norm that nothing reaches)
    /// afterwards; one thread and three, and packed once more.
    /// </summary>
    [Fact]
    public void Of_a_large_model()
    {
        const int Steps = 3, Batch = 2, Vocabulary = 90, Units = 370;
        using var team = new WorkerTeam(3, meetingTime: 70);
        (float[] Weights, float[] Logits) expected = Trained(null, null);
        foreach ((WorkerTeam? threads, double? norm) in new (WorkerTeam?, double?)[] { (team, null), (null, 1e30), (team, 1e30) })
        {
            (float[] Weights, float[] Logits) found = Trained(threads, norm);
            Bits.Equal($"weights, {threads?.Threads}, {norm}", expected.Weights, found.Weights);
            Bits.Equal($"logits, {threads?.Threads}, {norm}", expected.Logits, found.Logits);
        }

        (float[] Weights, float[] Logits) Trained(WorkerTeam? team, double? norm)
        {
            using var model = new SequenceModel(new SequenceModelOptions
            {
                Vocabulary = Vocabulary,
                Recurrent = new() { Cell = CellKind.Lstm, InputSize = 24, HiddenSizes = [Units], Bidirectional = true },
                Outputs = 720,
            });
            model.Initialize(seed: 9);
            Assert.All(model.PackedLayers, layer => Assert.True(layer.IsUpdatedByBlocks(3)));
            using var trainer = new Trainer(model, new() { Steps = Steps, Batch = Batch, Optimizer = new Adam(), MaxGradientNorm = norm, Team = team });
            int[] tokens = [.. Enumerable.Range(0, Steps * Batch).Select(i => i * i % Vocabulary)];
            trainer.Step(tokens, tokens, Batch);
            float[] before = [.. model.Weights.All];
            Assert.Equal(0, Allocations.Of(() => trainer.Step(tokens, tokens, Batch)));
            Assert.All(model.Weights.Layout.Tensors, tensor => Assert.False(
                before.AsSpan(tensor.Offset, tensor.Columns).SequenceEqual(model.Weights.All.Slice(tensor.Offset, tensor.Columns)), tensor.Name));
            float[] trained = ModelRun.Logits(model, tokens, Batch);
            model.Pack();
            Bits.Equal("packed once more", trained, ModelRun.Logits(model, tokens, Batch));
            return ([.. model.Weights.All], trained);
        }
    }

    private static void Hold(IPackedLayer layer, ParameterSet weights, int parts)
    {
        var counts = new Counter(weights);
        for (int part = parts - 1; part >= 0; part--)
        {
            layer.Pack(weights, counts, part, parts);
        }

        for (int i = 0; i < counts.Times.Length; i++)
        {
            int expected = i >= layer.Start && i < layer.End ? 1 : 0;
            Assert.True(counts.Times[i] == expected, $"float {i} of [{layer.Start}, {layer.End}): expected {expected} updates, found {counts.Times[i]}.");
        }
    }

    private sealed class Counter(ParameterSet weights) : IWeightUpdate
    {
        public int[] Times { get; } = new int[weights.Layout.Length];

        public ParameterSet Weights => weights;

        public ReadsAfter ReadsOf(int start, bool areWeightsNear) => default;

        public void Finish(IPackedLayer layer) => Assert.Fail("Packing alone finishes nothing.");

        public void Run(int start, int length, int gradient)
        {
            Assert.Equal((0, 0, start), (start % Block.Size, length % Block.Size, gradient));
            for (int i = start; i < start + length; i++)
            {
                Times[i]++;
            }
        }
    }
}
