using SpanRnn.Cells;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx;

/// <summary>The attributes of one RNN, LSTM or GRU node: what is computed.</summary>
public sealed record OnnxRecurrentSettings
{
    /// <summary>Which operator.</summary>
    public required OnnxRecurrentOperator Operator { get; init; }

    /// <summary>Units: H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Forward, reverse or both.</summary>
    public Direction Direction { get; init; }

    /// <summary>Whether arrays are batch-major (layout 1): X [B, T, I], Y [B, T, D, H], states [B, D, H].</summary>
    public bool BatchMajor { get; init; }

    /// <summary>The activations of every direction, one after another: RNN f, GRU f g, LSTM f g h; empty for the operator's own.</summary>
    public IReadOnlyList<Activation> Activations { get; init; } = [];

    /// <summary>What is put into an activation is held between -Clip and Clip; 0 for no limit.</summary>
    public float Clip { get; init; }

    /// <summary>Whether an LSTM's forget gate is 1 - i.</summary>
    public bool InputForget { get; init; }

    /// <summary>Whether a GRU resets after the product (PyTorch, Keras) rather than before it.</summary>
    public bool LinearBeforeReset { get; init; }

    /// <summary>D: 1 or 2.</summary>
    public int Directions => Direction == Direction.Bidirectional ? 2 : 1;

    /// <summary>G: rows of W and R for each unit.</summary>
    public int Gates => Operator switch { OnnxRecurrentOperator.Lstm => 4, OnnxRecurrentOperator.Gru => 3, _ => 1 };

    /// <summary>Activations of one direction.</summary>
    internal int ActivationsPerDirection => Operator switch { OnnxRecurrentOperator.Lstm => 3, OnnxRecurrentOperator.Gru => 2, _ => 1 };

    /// <summary>The activations of one direction: the node's, or the operator's own.</summary>
    public IReadOnlyList<Activation> ActivationsOf(int direction) => Activations.Count > 0
        ? [.. Activations.Skip(direction * ActivationsPerDirection).Take(ActivationsPerDirection)]
        : OwnActivations;

    internal Activation[] OwnActivations => Operator switch
    {
        OnnxRecurrentOperator.Lstm => [Activation.Sigmoid, Activation.Tanh, Activation.Tanh],
        OnnxRecurrentOperator.Gru => [Activation.Sigmoid, Activation.Tanh],
        _ => [Activation.Tanh],
    };

    /// <summary>The engine's options for one such layer.</summary>
    internal RecurrentOptions ToOptions(int inputSize, bool hasBias, bool hasPeepholes)
    {
        bool isRelu = Operator == OnnxRecurrentOperator.Rnn && Enumerable.Range(0, Directions).All(d => ActivationsOf(d)[0].Kind == ActivationKind.Relu);
        CellActivations? first = isRelu ? null : CellActivationsOf(0), second = isRelu || Directions == 1 ? null : CellActivationsOf(1);
        return new()
        {
            Cell = Operator switch
            {
                OnnxRecurrentOperator.Lstm => CellKind.Lstm,
                OnnxRecurrentOperator.Gru => LinearBeforeReset ? CellKind.Gru : CellKind.GruResetBefore,
                _ => isRelu ? CellKind.RnnRelu : CellKind.Rnn,
            },
            InputSize = inputSize,
            HiddenSizes = [HiddenSize],
            Direction = Direction,
            Bias = hasBias ? BiasKind.Double : BiasKind.None,
            Activations = first,

            // Two directions that agree need no second set; one that has its operator's own beside another that has not says so.
            ReverseActivations = Directions == 1 || first == second ? null : second ?? CellActivationsOf(1, spellOut: true),
            Clip = Clip == 0f ? float.PositiveInfinity : Clip,
            Peepholes = hasPeepholes,
            CoupledForgetGate = InputForget,
        };
    }

    /// <summary>Null for the operator's own, with which the engine takes its fastest cell.</summary>
    private CellActivations? CellActivationsOf(int direction, bool spellOut = false)
    {
        IReadOnlyList<Activation> own = OwnActivations, given = ActivationsOf(direction);
        return given.SequenceEqual(own) && !spellOut ? null : new()
        {
            F = given[0],
            G = given.Count > 1 ? given[1] : null,
            H = given.Count > 2 ? given[2] : null,
        };
    }

    /// <exception cref="ArgumentException">A size is not positive, the activations are too few or too many, or a setting is another operator's.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(HiddenSize);
        int expected = Directions * ActivationsPerDirection;
        if (Activations.Count != 0 && Activations.Count != expected)
        {
            throw new ArgumentException($"Activations: expected {expected} of them, {ActivationsPerDirection} for each direction, found {Activations.Count}.");
        }

        if (!(Clip >= 0f))
        {
            throw new ArgumentException($"Clip: expected a number from 0 up, found {Clip}.");
        }

        if (InputForget && Operator != OnnxRecurrentOperator.Lstm)
        {
            throw new ArgumentException($"InputForget: only an LSTM has an input and a forget gate; the operator is {Operator}.");
        }

        if (LinearBeforeReset && Operator != OnnxRecurrentOperator.Gru)
        {
            throw new ArgumentException($"LinearBeforeReset: only a GRU has a reset gate; the operator is {Operator}.");
        }
    }
}
