using SpanRnn.Tests.Interchange.Onnx;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>A fact that asks both Python's torch and the real ONNX Runtime, reported as skipped, with the reason, where one is missing.</summary>
public sealed class TorchAndRuntimeFactAttribute : FactAttribute
{
    public TorchAndRuntimeFactAttribute() => Skip = Python.WhyNoTorch ?? OnnxRuntime.WhyMissing;
}
