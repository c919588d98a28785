namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>A name, and the index of the language it is from.</summary>
internal readonly record struct Surname(string Text, int Language);
