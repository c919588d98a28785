namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>What a translator wrote.</summary>
/// <param name="Words">Without the end.</param>
/// <param name="Attention">For each word, and for the end if it came, the weight of each source word; empty without attention.</param>
internal sealed record Translation(string[] Words, IReadOnlyList<float[]> Attention);
