using Xunit;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>A theory that asks the real ONNX Runtime, reported as skipped, with the reason, where it is missing.</summary>
public sealed class RuntimeTheoryAttribute : TheoryAttribute
{
    public RuntimeTheoryAttribute() => Skip = OnnxRuntime.WhyMissing;
}
