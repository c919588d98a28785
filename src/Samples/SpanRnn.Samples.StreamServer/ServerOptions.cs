using SpanRnn.Streaming;

namespace SpanRnn.Samples.StreamServer;

/// <summary>The limits of the server.</summary>
internal sealed record ServerOptions
{
    /// <summary>Where it listens, on this machine alone; 0 for a free port.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>Streams that are stepped together at most.</summary>
    public int MaxBatch { get; init; } = 64;

    /// <summary>Requests that may wait; one more is refused.</summary>
    public int Queue { get; init; } = 256;

    /// <summary>How long the loop waits for company when it has less than a batch and nothing else to do.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Streams that may be open.</summary>
    public int MaxStreams { get; init; } = 10_000;

    /// <summary>Steps of one request at most.</summary>
    public int MaxSteps { get; init; } = 1024;

    /// <summary>A stream that is not used for so long is closed.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The only folder that new weights are read from; null for none.</summary>
    public string? WeightsFolder { get; init; }

    /// <summary>How weights are kept.</summary>
    public WeightFormat Format { get; init; }
}
