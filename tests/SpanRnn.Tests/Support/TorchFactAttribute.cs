using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>A fact that asks Python's torch, reported as skipped, with the reason, where there is none.</summary>
public sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = Python.WhyNoTorch;
}
