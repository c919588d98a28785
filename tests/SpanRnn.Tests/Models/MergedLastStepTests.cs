using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Models;

/// <summary>What a head sees of the last step of merged directions: the final states, merged as outputs are; and its gradient.</summary>
public sealed class MergedLastStepTests
{
    private const int Steps = 4, Rows = 3, Inputs = 2, Units = 5, Outputs = 2;

    private static readonly int[] Lengths = [4, 2, 3];

    public static TheoryData<Direction, MergeMode> Cases => new()
    {
        { Direction.Bidirectional, MergeMode.Concat },
        { Direction.Bidirectional, MergeMode.Sum },
        { Direction.Bidirectional, MergeMode.Multiply },
        { Direction.Bidirectional, MergeMode.Average },
        { Direction.Reverse, MergeMode.Concat },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_head_reads_merged_final_states_and_gives_their_gradient(Direction direction, MergeMode merge)
    {
        RecurrentOptions options = new() { InputSize = Inputs, HiddenSizes = [4, Units], Direction = direction, Merge = merge };
        using var model = new SequenceModel(new() { Recurrent = options, Outputs = Outputs, Head = HeadInput.LastStep });
        model.Initialize(3);
        using var layers = new Recurrent(options);
        foreach (ParameterInfo tensor in layers.Weights.Layout.Tensors)
        {
            model.Weights["rnn." + tensor.Name].Memory.CopyTo(layers.Weights[tensor.Name].Memory);
        }

        layers.Pack();
        float[] x = EngineRun.Floats(TwinRandom.Values(1, Steps * Rows * Inputs)), hn = new float[Rows * layers.HiddenStateSize];
        using RecurrentTape tape = layers.Plan(Steps, Rows);
        layers.Forward(tape, Steps, Rows, Lengths, x, [], [], [], hn, []);
        float[][] states = LastStates(hn, options);

        using var own = new SequenceTape(model, Steps, Rows, training: true);
        own.Timeline.Set(Steps, Rows, Lengths);
        model.SetInput(own, x);
        StackStates.Set(model.Stack, own.Stack, StackStates.Part.Hidden, []);
        StackStates.Set(model.Stack, own.Stack, StackStates.Part.Cell, []);
        model.Forward(own, null);
        float[] dhn = new float[hn.Length], dLogits = [0.75f, -1.25f];
        for (int place = 0; place < Rows; place++)
        {
            int row = own.Timeline.Order[place];
            double[] merged = Merged(states, row, merge);
            for (int k = 0; k < Outputs; k++)
            {
                double logit = model.Weights["fc.bias"].Row(0)[k];
                for (int u = 0; u < merged.Length; u++)
                {
                    logit += model.Weights["fc.weight"][k, u] * merged[u];
                }

                Assert.Equal(logit, own.Logits[place, Outputs][k], 1e-6);
            }

            dLogits.CopyTo(own.Logits[place, Outputs]);
            AddGradient(dhn, model, states, row, merge, dLogits);
        }

        using ParameterSet expected = layers.CreateGradients(), found = new(model.Weights.Layout);
        layers.Backward(tape, [], dhn, [], expected, accumulate: false, [], [], []);
        model.Backward(own, found, accumulate: false);
        foreach (ParameterInfo tensor in expected.Layout.Tensors)
        {
            double[] wanted = [.. expected[tensor.Name].Memory.ToArray().Select(value => (double)value)];
            Closeness.Relative(tensor.Name, wanted, found["rnn." + tensor.Name].Memory.ToArray(), 1e-5);
        }
    }

    /// <summary>The last layer's final states, [B, H] for each direction.</summary>
    private static float[][] LastStates(float[] hn, RecurrentOptions options) =>
        [.. hn[^(options.Directions * Rows * Units)..].Chunk(Rows * Units)];

    private static double[] Merged(float[][] states, int row, MergeMode merge)
    {
        double[][] parts = [.. states.Select(state => state.AsSpan(row * Units, Units).ToArray().Select(value => (double)value).ToArray())];
        return parts.Length == 1 ? parts[0] : merge switch
        {
            MergeMode.Concat => [.. parts[0], .. parts[1]],
            MergeMode.Sum => [.. parts[0].Zip(parts[1], (f, r) => f + r)],
            MergeMode.Multiply => [.. parts[0].Zip(parts[1], (f, r) => f * r)],
            _ => [.. parts[0].Zip(parts[1], (f, r) => (f + r) / 2)],
        };
    }

    private static void AddGradient(float[] dhn, SequenceModel model, float[][] states, int row, MergeMode merge, float[] dLogits)
    {
        int first = dhn.Length - states.Length * Rows * Units;
        for (int d = 0; d < states.Length; d++)
        {
            for (int u = 0; u < Units; u++)
            {
                double d0 = 0;
                for (int k = 0; k < Outputs; k++)
                {
                    d0 += dLogits[k] * model.Weights["fc.weight"][k, merge == MergeMode.Concat ? d * Units + u : u];
                }

                double factor = states.Length == 1 ? 1 : merge switch { MergeMode.Multiply => states[1 - d][row * Units + u], MergeMode.Average => 0.5, _ => 1 };
                dhn[first + d * Rows * Units + row * Units + u] = (float)(d0 * factor);
            }
        }
    }
}
