using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Cells;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using Xunit;

namespace SpanRnn.Tests.Formats;

/// <summary>Models for the tests of files: drawn, filled with awkward numbers, and compared bit by bit.</summary>
internal static class DrawnModels
{
    private static readonly float[] Awkward = [0f, -0f, float.Epsilon, -1e-40f, float.MaxValue, -float.MaxValue, 1f / 3];

    public static Gen<RecurrentOptions> Recurrents =>
        from cell in Gen.Elements(Enum.GetValues<CellKind>())
        from bias in Gen.Elements(Enum.GetValues<BiasKind>())
        from direction in Gen.Elements(Enum.GetValues<Direction>())
        from merge in Gen.Elements(Enum.GetValues<MergeMode>())
        from activations in Activations(cell)
        from reverse in Activations(cell)
        from clip in Gen.Elements(float.PositiveInfinity, float.PositiveInfinity, 0.1f, 1e-30f)
        from peepholes in Gen.Elements(false, true)
        from coupled in Gen.Elements(false, true)
        from variational in Gen.Elements(false, true)
        from dropout in Gen.Elements(0f, 0.1f, 1f / 3, 0.99999994f)
        from projection in Gen.Choose(0, 5)
        from input in Gen.Choose(1, 20)
        from layers in Gen.Choose(1, 3)
        from sizes in Gen.Choose(1, 20).ArrayOf(layers)
        select new RecurrentOptions
        {
            Cell = cell,
            InputSize = input,
            HiddenSizes = sizes,
            Bias = bias,
            Direction = direction,
            Merge = merge,
            Activations = activations,
            ReverseActivations = direction == Direction.Bidirectional ? reverse : null,
            Clip = clip,
            Peepholes = peepholes && cell == CellKind.Lstm,
            CoupledForgetGate = coupled && cell == CellKind.Lstm,
            ProjectionSize = cell == CellKind.Lstm ? projection : 0,
            Dropout = dropout,
            VariationalDropout = variational,
        };

    public static Gen<SequenceModelOptions> All =>
        from recurrent in Recurrents
        from vocabulary in Gen.Choose(0, 20)
        from outputs in Gen.Choose(1, 20)
        from head in Gen.Elements(Enum.GetValues<HeadInput>())
        select new SequenceModelOptions { Vocabulary = vocabulary, Recurrent = recurrent, Outputs = outputs, Head = head };

    /// <summary>Without what PyTorch's modules do not have.</summary>
    public static RecurrentOptions LikePyTorch(RecurrentOptions options) => options with
    {
        Bidirectional = options.Bidirectional,
        Merge = MergeMode.Concat,
        Activations = null,
        ReverseActivations = null,
        Clip = float.PositiveInfinity,
        Peepholes = false,
        CoupledForgetGate = false,
    };

    private static Gen<CellActivations?> Activations(CellKind cell) => Gen.OneOf(
        Gen.Constant<CellActivations?>(null),
        from f in DrawOne()
        from g in DrawOne()
        from h in DrawOne()
        select (CellActivations?)new CellActivations
        {
            F = f,
            G = cell is CellKind.Rnn or CellKind.RnnRelu ? null : g,
            H = cell == CellKind.Lstm ? h : null,
        });

    private static Gen<Activation?> DrawOne() => Gen.OneOf(
        Gen.Constant<Activation?>(null),
        from kind in Gen.Elements(Enum.GetValues<ActivationKind>())
        from alpha in Gen.Elements(Awkward)
        from beta in Gen.Elements(Awkward)
        select (Activation?)new Activation(kind, alpha, beta));

    /// <summary>A model that is quick to save: 5 symbols, 3 numbers each, 2 layers.</summary>
    public static SequenceModel Small(CellKind cell = CellKind.Lstm, BiasKind bias = BiasKind.Single, float dropout = 0f, ulong seed = 1)
    {
        SequenceModelOptions options = SequenceModelOptions.Language(cell, 5, 3, 4, 2);
        var model = new SequenceModel(options with { Recurrent = options.Recurrent with { Bias = bias, Dropout = dropout } });
        model.Initialize(seed);
        return model;
    }

    /// <summary>Every awkward float, among random ones.</summary>
    public static void Fill(ParameterSet weights)
    {
        var random = new RandomStream(7);
        for (int i = 0; i < weights.Layout.Tensors.Count; i++)
        {
            TensorView view = weights[i];
            for (int row = 0; row < view.Rows; row++)
            {
                foreach (ref float weight in view.Row(row))
                {
                    int choice = random.NextInt32(3 * Awkward.Length);
                    weight = choice < Awkward.Length ? Awkward[choice] : (float)random.NextNormal();
                }
            }
        }
    }

    public static void AssertSame(ParameterSet expected, ParameterSet found)
    {
        Assert.Equal(expected.Layout.Tensors, found.Layout.Tensors);
        Assert.Equal(Bits(expected.All), Bits(found.All));
    }

    public static void AssertSame(RecurrentOptions expected, RecurrentOptions found)
    {
        Assert.Equal(expected.HiddenSizes, found.HiddenSizes);
        Assert.Equal(expected, found with { HiddenSizes = expected.HiddenSizes });
    }

    public static int[] Bits(ReadOnlySpan<float> numbers)
    {
        int[] bits = new int[numbers.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.SingleToInt32Bits(numbers[i]);
        }

        return bits;
    }
}
