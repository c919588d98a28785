using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>A fact that is reported as skipped, with the reason, where the recorded data is missing.</summary>
public sealed class DataFactAttribute : FactAttribute
{
    /// <param name="names">Files or folders under the data folder that the test reads.</param>
    public DataFactAttribute(params string[] names) => Skip = DataFolder.WhyMissing(names);
}
