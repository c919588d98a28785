namespace SpanRnn.Samples;

/// <summary>Something the user can put right. The message names the thing and what was expected and found; it is printed without a stack trace.</summary>
internal sealed class SampleException(string message) : Exception(message);
