namespace SpanRnn.Tests.Support;

/// <summary>What must be true of compiled code.</summary>
internal interface ICodeFact
{
    /// <summary>Where it is not; empty if it is.</summary>
    IEnumerable<string> Differences(JitListing listing);
}
