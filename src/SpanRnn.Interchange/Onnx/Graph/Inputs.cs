using SpanRnn.Interchange.Onnx.Wire;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>From a graph's declared inputs to what flows in.</summary>
internal static class Inputs
{
    /// <summary>Numbers have features on their last axis, tokens have none.</summary>
    public static GraphValue Read(ValueMessage input)
    {
        if (input.Type?.Tensor?.Sizes?.Sizes.Count > OperatorCall.MostAxes)
        {
            return Unread.Instance;
        }

        SizeMessage[] sizes = [.. input.Type?.Tensor?.Sizes?.Sizes ?? []];
        Axis[] axes = [.. sizes.Select((size, i) => new Axis($"{input.Name}[{i}]", DeclaredSize(size)))];
        bool hasTokens = input.Type?.Tensor?.Element is (int)OnnxElementType.Int32 or (int)OnnxElementType.Int64;
        return hasTokens || axes.Length == 0 ? Tokens(input.Name, axes) : Numbers(input.Name, axes);
    }

    public static Flow Tokens(string name, Axis[] axes) => Flow.Of(new InputSource(name, axes, 1), [.. axes.Select(axis => (Factor[])[axis])], 1);

    private static Flow Numbers(string name, Axis[] axes)
    {
        // A size that the file leaves open is told by the first layer's weights.
        int features = (int)Math.Min(axes[^1].Declared ?? 0, int.MaxValue);
        return Flow.Of(new InputSource(name, axes, features), [.. axes[..^1].Select(axis => (Factor[])[axis]), [new Feature(features)]], features);
    }

    private static long? DeclaredSize(SizeMessage size) => size.SizeCase == SizeMessage.SizeOneofCase.Number && size.Number > 0 ? size.Number : null;
}
