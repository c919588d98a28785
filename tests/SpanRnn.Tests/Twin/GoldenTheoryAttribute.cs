using Xunit;

namespace SpanRnn.Tests.Twin;

/// <summary>A theory over the reference data, reported as skipped where there is none.</summary>
public sealed class GoldenTheoryAttribute : TheoryAttribute
{
    public GoldenTheoryAttribute() => Skip = GoldenData.SkipReason;
}
