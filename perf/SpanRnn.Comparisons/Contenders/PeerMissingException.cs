namespace SpanRnn.Comparisons.Contenders;

/// <summary>A peer is not installed here; the message says how to get it. The run goes on without it.</summary>
public sealed class PeerMissingException(string message, Exception? inner = null) : Exception(message, inner);
