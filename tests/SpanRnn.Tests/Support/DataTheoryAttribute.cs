using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>A theory that is reported as skipped, with the reason, where the recorded data is missing.</summary>
public sealed class DataTheoryAttribute : TheoryAttribute
{
    /// <param name="names">Files or folders under the data folder that the test reads.</param>
    public DataTheoryAttribute(params string[] names) => Skip = DataFolder.WhyMissing(names);
}
