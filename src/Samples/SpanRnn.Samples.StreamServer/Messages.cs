namespace SpanRnn.Samples.StreamServer;

/// <summary>What goes over the wire as JSON.</summary>
internal static class Messages
{
    /// <summary>A new stream. A step takes <paramref name="InputSize"/> numbers, or a token below <paramref name="Vocabulary"/> where that is not 0.</summary>
    public sealed record Opened(string Id, int Vocabulary, int InputSize, int OutputSize);

    /// <summary>Steps: inputs [steps, I], or tokens [steps].</summary>
    public sealed record StepsAsked(float[]? Inputs, int[]? Tokens);

    /// <summary>Outputs [steps, outputs]; all steps of the stream so far.</summary>
    public sealed record StepsDone(int Steps, long StepsOfStream, float[] Outputs);

    /// <summary>A file's name in the folder of weights.</summary>
    public sealed record WeightsAsked(string? File);

    /// <summary>Weights that are in use from the next step on.</summary>
    public sealed record WeightsUsed(string File, string Format, long WeightBytes, int Streams);

    /// <summary>What the server does. Latencies are from a request's arrival to its last output, of the last 4,096; null before the first.</summary>
    public sealed record Figures(
        int Streams, long ExpiredStreams, int WaitingRequests, long Requests, long RejectedRequests, long Steps, double StepsPerSecond,
        double MeanBatch, double? LatencyP50Microseconds, double? LatencyP99Microseconds, double? LatencyWorstMicroseconds);

    /// <summary>Why not.</summary>
    public sealed record Refusal(string Error);
}
