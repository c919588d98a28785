using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>A theory that asks Python's torch, reported as skipped, with the reason, where there is none.</summary>
public sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = Python.WhyNoTorch;
}
