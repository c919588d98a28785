using SpanRnn.Cells;
using SpanRnn.Formats;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>From a recurrent node's attributes to its settings.</summary>
internal static class RecurrentAttributes
{
    public static bool IsRecurrent(GraphNode node) => node.Type is "RNN" or "LSTM" or "GRU";

    /// <summary>The settings, as far as the node says them: the size may have to come from R.</summary>
    public static OnnxRecurrentSettings Read(GraphNode node, int? hiddenSize)
    {
        OnnxRecurrentOperator kind = node.Type switch
        {
            "LSTM" => OnnxRecurrentOperator.Lstm,
            "GRU" => OnnxRecurrentOperator.Gru,
            _ => OnnxRecurrentOperator.Rnn,
        };
        node.Allow(
            "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "layout",
            kind == OnnxRecurrentOperator.Lstm ? "input_forget" : kind == OnnxRecurrentOperator.Gru ? "linear_before_reset" : "layout");
        long size = node.Has("hidden_size") ? node.Integer("hidden_size", 0)
            : hiddenSize ?? throw node.Refuse("expected hidden_size, or constant weights that tell it, found neither.");
        if (size is < 1 or > int.MaxValue || (hiddenSize is { } found && found != size))
        {
            throw node.Refuse($"hidden_size: expected {(hiddenSize is { } other && other > 0 ? $"{other}, as R has" : "a positive number")}, found {size}.");
        }

        var settings = new OnnxRecurrentSettings
        {
            Operator = kind,
            HiddenSize = (int)size,
            Direction = node.Text("direction") switch
            {
                null or "forward" => Direction.Forward,
                "reverse" => Direction.Reverse,
                "bidirectional" => Direction.Bidirectional,
                string text => throw node.Refuse($"direction: expected forward, reverse or bidirectional, found {ModelFileException.Quote(text)}."),
            },
            BatchMajor = Flag(node, "layout"),
            Clip = Clip(node),
            InputForget = kind == OnnxRecurrentOperator.Lstm && Flag(node, "input_forget"),
            LinearBeforeReset = kind == OnnxRecurrentOperator.Gru && Flag(node, "linear_before_reset"),
        };
        return settings with { Activations = Activations(node, settings) };
    }

    private static bool Flag(GraphNode node, string name) => node.Integer(name, 0) switch
    {
        0 => false,
        1 => true,
        long other => throw node.Refuse($"{name}: expected 0 or 1, found {other}."),
    };

    private static float Clip(GraphNode node)
    {
        float clip = node.Number("clip", 0f);
        return clip >= 0f || clip == 0f ? clip : throw node.Refuse($"clip: expected a number from 0 up, found {clip}.");
    }

    /// <summary>Alphas and betas are taken in turn by the activations that have one.</summary>
    private static Activation[] Activations(GraphNode node, OnnxRecurrentSettings settings)
    {
        if (node.Texts("activations") is not { Count: > 0 } names)
        {
            return [];
        }

        int expected = settings.Directions * settings.ActivationsPerDirection;
        if (names.Count != expected)
        {
            throw node.Refuse($"activations: expected {expected}, {settings.ActivationsPerDirection} for each direction, found {names.Count}.");
        }

        var alphas = new Queue<float>(node.Numbers("activation_alpha") ?? []);
        var betas = new Queue<float>(node.Numbers("activation_beta") ?? []);
        return [.. names.Select(name => Activation(node, name, alphas, betas))];
    }

    private static Activation Activation(GraphNode node, string name, Queue<float> alphas, Queue<float> betas)
    {
        if (!Enum.GetNames<ActivationKind>().Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw node.Refuse($"activations: expected {string.Join(", ", Enum.GetNames<ActivationKind>())}, found {ModelFileException.Quote(name)}.");
        }

        Activation activation = Cells.Activation.Default(Enum.Parse<ActivationKind>(name, ignoreCase: true));
        if (activation.HasAlpha && alphas.TryDequeue(out float alpha))
        {
            activation = activation with { Alpha = alpha };
        }

        if (activation.HasBeta && betas.TryDequeue(out float beta))
        {
            activation = activation with { Beta = beta };
        }

        return float.IsFinite(activation.Alpha) && float.IsFinite(activation.Beta)
            ? activation
            : throw node.Refuse($"activations: expected finite constants, found {activation}.");
    }
}
