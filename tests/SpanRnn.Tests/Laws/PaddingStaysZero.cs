using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 4: what lies between the units and the next whole block is 0 wherever a kernel will read it.</summary>
public sealed class PaddingStaysZero
{
    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void Padding_of_states_gradients_and_weights_is_zero(LawCell cell) =>
        Problems.ForAll(cell, 25, Limits.Engine with { Dropout = true }, problem =>
        {
            using Recurrent engine = EngineRun.Load(problem, Isa.Best);
            using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows);
            using ParameterSet gradients = engine.CreateGradients();
            TwinBatch batch = problem.Batch();
            (double[]? dy, double[]? dhn, double[]? dcn) = problem.Upstream();
            RandomStream? dropout = problem.Dropout > 0f ? new RandomStream(1) : null;
            float[] x = EngineRun.Floats(batch.X);
            engine.Forward(
                tape, batch.Steps, batch.Rows, batch.Lengths, x, EngineRun.Floats(batch.H0), EngineRun.Floats(batch.C0), [], [], [], dropout);
            for (int l = 0; l < engine.Options.HiddenSizes.Count; l++)
            {
                AllRows($"input of layer {l}", tape.Stack.InputOf(l), engine.Options.InputSizeOf(l));
                AllRows($"output of layer {l}", tape.Stack.OutputOf(l), engine.Options.OutputSizeOf(l));
            }

            engine.Backward(
                tape, EngineRun.Floats(dy), EngineRun.Floats(dhn), EngineRun.Floats(dcn), gradients, accumulate: true, new float[x.Length], [], []);
            for (int i = 0; i < tape.Stack.Layers.Length; i++)
            {
                AfterBackward($"layer {i}", engine.Stack.Layers[i], tape.Stack.Layers[i], tape.Stack.Timeline);
            }

            AllRows("dX", tape.Stack.DInput, engine.Options.InputSize);
            Arena("weights", engine.Weights);
            Arena("gradients", gradients);
        });

    private static void AfterBackward(string what, RecurrentLayer layer, LayerTape tape, Timeline timeline)
    {
        int state = Block.Pad(layer.StateSize), units = Block.Pad(layer.Units), states = timeline.Batch + timeline.Rows;
        AllRows($"{what}: H", new RowView(ref tape.H, states, state), layer.StateSize);
        AllRows($"{what}: dH", new RowView(ref tape.DH, timeline.Batch, state), layer.StateSize);
        if (layer.Shape.HasCellState)
        {
            AllRows($"{what}: C", new RowView(ref tape.C, states, units), layer.Units);
            AllRows($"{what}: dC", new RowView(ref tape.DC, timeline.Batch, units), layer.Units);
        }

        // dA: slot by slot within each block of units.
        for (int slot = 0; slot < layer.Shape.Slots && layer.Units < units; slot++)
        {
            int last = ((units / Block.Size - 1) * layer.Shape.Slots + slot) * Block.Size, used = layer.Units - (units - Block.Size);
            for (int row = 0; row < timeline.Rows; row++)
            {
                Bits.AllZero($"{what}: dA, row {row}, slot {slot}", new RowView(ref tape.A, timeline.Rows, Block.Apart(units / Block.Size, layer.Shape.Slots))[row, layer.Shape.Slots * units]
                    .Slice(last + used, Block.Size - used));
            }
        }
    }

    private static void AllRows(string what, RowView rows, int used)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            Bits.AllZero($"{what}, row {row}, padding", rows[row, rows.Stride][used..]);
        }
    }

    private static void Arena(string what, ParameterSet set)
    {
        for (int i = 0; i < set.Layout.Tensors.Count; i++)
        {
            TensorView tensor = set[i];
            AllRows($"{what}: {tensor.Info.Name}", new RowView(ref tensor.Origin, tensor.Rows, tensor.Stride), tensor.Columns);
        }
    }
}
