namespace SpanRnn.Samples.StreamServer;

/// <summary>What the load is.</summary>
/// <param name="Streams">Clients, each with a stream of its own.</param>
/// <param name="Duration">How long they go on.</param>
/// <param name="Steps">Of a request.</param>
/// <param name="UsesSockets">Whether requests are messages of a WebSocket.</param>
internal sealed record LoadPlan(int Streams, TimeSpan Duration, int Steps, bool UsesSockets);
