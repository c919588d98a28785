namespace SpanRnn.Layers;

/// <summary>How a layer's run through time is divided between threads.</summary>
/// <param name="Parts">Into how many parts: 1 for none.</param>
/// <param name="ByUnits">By units, so that the parts meet at every step; else by sequences.</param>
internal readonly record struct LayerDivision(int Parts, bool ByUnits);
