namespace SpanRnn.Interchange;

/// <summary>Something that formats disagree on, and what this file does.</summary>
/// <param name="Name">Such as <c>gate order in the file</c>.</param>
/// <param name="Value">Such as <c>i f c o</c>.</param>
public readonly record struct Convention(string Name, string Value);
