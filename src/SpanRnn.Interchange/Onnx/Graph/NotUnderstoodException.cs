namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>Why a node is not understood; never leaves the graph's evaluation, where it becomes an <see cref="Obscure"/> tensor.</summary>
internal sealed class NotUnderstoodException(string reason) : Exception(reason);
