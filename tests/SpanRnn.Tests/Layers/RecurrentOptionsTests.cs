using SpanRnn.Cells;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using Xunit;

namespace SpanRnn.Tests.Layers;

/// <summary>Options that contradict themselves are refused by name; those that ask for nothing special get the plain cell.</summary>
public sealed class RecurrentOptionsTests
{
    private static readonly RecurrentOptions Lstm = new() { InputSize = 2, HiddenSizes = [3] }, Gru = Lstm with { Cell = CellKind.Gru };

    public static TheoryData<RecurrentOptions, string> Contradictions => new()
    {
        { Gru with { Peepholes = true }, "Peepholes: only an LSTM has peepholes; the cell is Gru." },
        { Gru with { CoupledForgetGate = true }, "CoupledForgetGate: only an LSTM has a forget gate; the cell is Gru." },
        { Gru with { Activations = new() { H = Activation.Tanh } }, "Activations.H: only an LSTM has an output activation; the cell is Gru." },
        { Lstm with { Cell = CellKind.Rnn, Activations = new() { G = Activation.Tanh } }, "Activations.G: an RNN has no candidate" },
        { Lstm with { Activations = new() { F = Activation.Elu(float.NaN) } }, "Activations: expected a kind of activation with finite Alpha and Beta" },
        { Lstm with { Activations = new() { F = new((ActivationKind)99, 0f, 0f) } }, "Activations: expected a kind of activation" },
        { Lstm with { ReverseActivations = new() { F = Activation.Relu } }, "ReverseActivations: expected two directions, found Forward" },
        { Lstm with { Clip = 0f }, "Clip: expected a limit above 0 (infinity for none), found 0." },
        { Lstm with { Clip = float.NaN }, "Clip: expected a limit above 0" },
        { Lstm with { Direction = (Direction)7 }, "There is no direction 7" },
        { Lstm with { Merge = (MergeMode)7 }, "no merge mode 7" },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void A_contradiction_is_refused_by_name(RecurrentOptions options, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new Recurrent(options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_that_ask_for_the_cell_itself_get_the_plain_cell()
    {
        var own = new CellActivations { F = Activation.Sigmoid, G = Activation.Tanh };
        Assert.Equal(0, PointwiseRows(Lstm with { Activations = own with { H = Activation.Tanh } }));
        Assert.Equal(0, PointwiseRows(Gru with { Activations = own }));
        Assert.Equal(0, PointwiseRows(Gru with { Cell = CellKind.GruResetBefore, Activations = own }));
        Assert.Equal(0, PointwiseRows(Gru with { Cell = CellKind.Rnn, Activations = new() { F = Activation.Relu } }));
        Assert.Equal(0, PointwiseRows(Lstm with { Direction = Direction.Reverse }));
        Assert.Equal(4, PointwiseRows(Lstm with { Peepholes = true }));
        Assert.Equal(4, PointwiseRows(Lstm with { CoupledForgetGate = true }));
        Assert.Equal(1, PointwiseRows(Gru with { Clip = 3f }));
        Assert.Equal(1, PointwiseRows(Gru with { Cell = CellKind.Rnn, Activations = new() { F = Activation.Softplus } }));
    }

    [Fact]
    public void Each_direction_has_its_own_activations()
    {
        RecurrentOptions options = Gru with { Bidirectional = true, ReverseActivations = new() { G = Activation.Softsign } };
        using var layers = new Recurrent(options);
        Assert.Equal([0, 1], layers.Stack.Layers.Select(layer => layer.Shape.PointwiseRows));
    }

    [Fact]
    public void Peepholes_are_one_vector_of_three_gates_and_start_from_zero()
    {
        using var layers = new Recurrent(Lstm with { Peepholes = true, Bidirectional = true });
        layers.Initialize(1);
        foreach (string name in new[] { "weight_peephole_l0", "weight_peephole_l0_reverse" })
        {
            Assert.Equal("[9]", layers.Weights[name].Info.ShapeText);
            Assert.Equal(new float[9], layers.Weights[name].Row(0).ToArray());
        }

        layers.Initialize(1, units => RecurrentInitializers.PyTorch(units) with { Peephole = Initializer.Constant(2f) });
        Assert.Equal(2f, layers.Weights["weight_peephole_l0"].Row(0)[8]);
    }

    [Theory]
    [InlineData(Direction.Reverse, "A reversed model cannot be stepped")]
    [InlineData(Direction.Bidirectional, "A bidirectional model cannot be stepped")]
    public void A_stack_that_needs_the_end_first_cannot_be_stepped(Direction direction, string message)
    {
        using var layers = new Recurrent(Lstm with { Direction = direction });
        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => layers.CreateSession()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_gate_that_is_no_sigmoid_cannot_be_flipped()
    {
        using var gru = new Recurrent(Gru with { Activations = new() { F = Activation.HardSigmoid() } });
        Assert.Contains("HardSigmoid", Assert.Throws<InvalidOperationException>(gru.FlipUpdateGate).Message, StringComparison.Ordinal);
    }

    private static int PointwiseRows(RecurrentOptions options)
    {
        using var layers = new Recurrent(options);
        return layers.Stack.Layers[0].Shape.PointwiseRows;
    }
}
