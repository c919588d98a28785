namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>An input of a model in ONNX Runtime: floats, ints or longs.</summary>
internal sealed record RuntimeInput(string Name, Array Data, params long[] Shape);
