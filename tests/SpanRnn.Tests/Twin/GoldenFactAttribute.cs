using Xunit;

namespace SpanRnn.Tests.Twin;

/// <summary>A fact about the reference data, reported as skipped where there is none.</summary>
public sealed class GoldenFactAttribute : FactAttribute
{
    public GoldenFactAttribute() => Skip = GoldenData.SkipReason;
}
