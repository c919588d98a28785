namespace SpanRnn.Layers;

/// <summary>Panels of the way forward, of the way back, or of both.</summary>
internal readonly record struct PanelWays(bool Forward, bool Backward);
