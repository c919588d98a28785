namespace SpanRnn.Tests.Twin;

/// <summary>The activations of a cell's places: F of the gates, G of the candidate, H of an LSTM's output; null for the cell's own.</summary>
public sealed record TwinActivations(TwinActivation? F = null, TwinActivation? G = null, TwinActivation? H = null);
