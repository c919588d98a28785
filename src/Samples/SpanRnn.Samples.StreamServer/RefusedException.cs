namespace SpanRnn.Samples.StreamServer;

/// <summary>A request that is answered with a status and a sentence.</summary>
internal sealed class RefusedException(int status, string message) : Exception(message)
{
    /// <summary>HTTP's.</summary>
    public int Status => status;
}
