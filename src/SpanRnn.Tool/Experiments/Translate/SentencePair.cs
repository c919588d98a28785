namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>A sentence and all its translations, cut into words.</summary>
/// <param name="Source">The sentence's words.</param>
/// <param name="Targets">The words of each translation: at least one, all different.</param>
internal sealed record SentencePair(string[] Source, IReadOnlyList<string[]> Targets);
