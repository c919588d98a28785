namespace SpanRnn.Tool.Experiments.Classification;

/// <summary>A text as a model reads it, and what it is.</summary>
/// <param name="Tokens">The text; at least one.</param>
/// <param name="Label">Its class.</param>
internal readonly record struct Example(int[] Tokens, int Label);
