using SpanRnn.Cells;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Layers;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>A recurrent node drawn at random, with everything the operator has, and data to run it on.</summary>
internal sealed class DrawnNode
{
    private readonly Random _random;

    public DrawnNode(int seed)
    {
        _random = new Random(seed);
        var kind = (OnnxRecurrentOperator)(seed % 3);
        Settings = new()
        {
            Operator = kind,
            HiddenSize = _random.Next(1, 20),
            Direction = (Direction)_random.Next(3),
            Clip = _random.Next(3) == 0 ? 0.1f + _random.NextSingle() : 0f,
            InputForget = kind == OnnxRecurrentOperator.Lstm && _random.Next(3) == 0,
            LinearBeforeReset = kind == OnnxRecurrentOperator.Gru && _random.Next(2) == 0,
        };
        if (_random.Next(2) == 0)
        {
            Settings = Settings with { Activations = [.. Enumerable.Range(0, Settings.Directions * Settings.ActivationsPerDirection).Select(_ => Draw())] };
        }

        (Steps, Batch, Inputs) = (_random.Next(1, 6), _random.Next(1, 6), _random.Next(1, 8));
        int directions = Settings.Directions, units = Settings.HiddenSize, rows = Settings.Gates * units, states = directions * Batch * units;
        X = Array(Steps * Batch * Inputs, 1f);
        W = Array(directions * rows * Inputs, 0.5f);
        R = Array(directions * rows * units, 0.5f);
        B = Maybe() ? Array(directions * 2 * rows, 0.5f) : [];
        P = kind == OnnxRecurrentOperator.Lstm && Maybe() ? Array(directions * 3 * units, 0.5f) : [];
        H0 = Maybe() ? Array(states, 0.8f) : [];
        C0 = kind == OnnxRecurrentOperator.Lstm && Maybe() ? Array(states, 0.8f) : [];

        // The longest sequence has a step: with none at all ONNX Runtime leaves Y_c unwritten.
        Lengths = Maybe() ? [.. Enumerable.Range(0, Batch).Select(b => b == 0 ? _random.Next(1, Steps + 1) : _random.Next(0, Steps + 1))] : [];
    }

    public OnnxRecurrentSettings Settings { get; }

    public int Steps { get; }

    public int Batch { get; }

    public int Inputs { get; }

    public float[] X { get; }

    public float[] W { get; }

    public float[] R { get; }

    public float[] B { get; }

    public float[] P { get; }

    public float[] H0 { get; }

    public float[] C0 { get; }

    public int[] Lengths { get; }

    public int States => Settings.Directions * Batch * Settings.HiddenSize;

    public string[] Outputs => Settings.Operator == OnnxRecurrentOperator.Lstm ? ["Y", "Y_h", "Y_c"] : ["Y", "Y_h"];

    /// <summary>A model of this one node: weights are constants, states and lengths inputs.</summary>
    public byte[] ToModel(bool batchMajor = false)
    {
        long d = Settings.Directions, h = Settings.HiddenSize, rows = Settings.Gates * h;
        var graph = new GraphText();
        graph.Input("X", "a", "b", Inputs).Constant("W", W, d, rows, Inputs).Constant("R", R, d, rows, h);
        if (B.Length > 0) graph.Constant("B", B, d, 2 * rows);
        if (P.Length > 0) graph.Constant("P", P, d, 3 * h);
        if (Lengths.Length > 0) graph.Lengths("lengths", "b");
        if (H0.Length > 0) graph.Input("h0", "s", "t", h);
        if (C0.Length > 0) graph.Input("c0", "s", "t", h);
        string inputs = $"X W R {Name("B", B)} {(Lengths.Length > 0 ? "lengths" : "_")} {Name("h0", H0)}";
        var attributes = new List<(string, object)>
        {
            ("hidden_size", Settings.HiddenSize),
            ("direction", Settings.Direction.ToString().ToLowerInvariant()),
        };
        if (Settings.Operator == OnnxRecurrentOperator.Lstm)
        {
            inputs += $" {Name("c0", C0)} {Name("P", P)}";
            attributes.Add(("input_forget", Settings.InputForget ? 1 : 0));
        }

        if (Settings.Operator == OnnxRecurrentOperator.Gru) attributes.Add(("linear_before_reset", Settings.LinearBeforeReset ? 1 : 0));
        if (Settings.Clip > 0) attributes.Add(("clip", Settings.Clip));
        if (batchMajor) attributes.Add(("layout", 1));
        if (Settings.Activations.Count > 0)
        {
            attributes.Add(("activations", Settings.Activations.Select(activation => activation.Kind.ToString()).ToArray()));
            attributes.Add(("activation_alpha", Settings.Activations.Where(activation => activation.HasAlpha).Select(activation => activation.Alpha).ToArray()));
            attributes.Add(("activation_beta", Settings.Activations.Where(activation => activation.HasBeta).Select(activation => activation.Beta).ToArray()));
        }

        graph.Node(Settings.Operator.ToString().ToUpperInvariant(), inputs, string.Join(' ', Outputs), [.. attributes]);
        foreach (string output in Outputs) graph.Graph.Outputs.Add(new SpanRnn.Interchange.Onnx.Wire.ValueMessage
        {
            Name = output,
            Type = new() { Tensor = new() { Element = 1 } },
        });
        return graph.ToBytes();

        static string Name(string name, float[] array) => array.Length > 0 ? name : "_";
    }

    public override string ToString() =>
        $"{Settings.Operator} {Settings.Direction} T {Steps} B {Batch} I {Inputs} H {Settings.HiddenSize} clip {Settings.Clip} coupled {Settings.InputForget} "
        + $"after {Settings.LinearBeforeReset} [{string.Join(", ", Settings.Activations)}] B {B.Length} P {P.Length} h0 {H0.Length} c0 {C0.Length} lengths [{string.Join(", ", Lengths)}]";

    private bool Maybe() => _random.Next(2) == 0;

    private float[] Array(int length, float scale) => [.. Enumerable.Range(0, length).Select(_ => (2f * _random.NextSingle() - 1f) * scale)];

    private Activation Draw()
    {
        Activation activation = Activation.Default((ActivationKind)_random.Next(Enum.GetValues<ActivationKind>().Length));
        return activation with
        {
            Alpha = activation.HasAlpha ? 0.1f + 0.5f * _random.NextSingle() : 0f,
            Beta = activation.HasBeta ? 0.1f + 0.5f * _random.NextSingle() : 0f,
        };
    }
}
