using Xunit;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>A fact that asks the real ONNX Runtime, reported as skipped, with the reason, where it is missing.</summary>
public sealed class RuntimeFactAttribute : FactAttribute
{
    public RuntimeFactAttribute() => Skip = OnnxRuntime.WhyMissing;
}
