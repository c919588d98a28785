namespace SpanRnn.Tool.Writing;

/// <summary>How a model writes.</summary>
/// <param name="Temperature">0: always the likeliest character; below 1: bolder than the model; above 1: more even.</param>
/// <param name="Length">Characters after the prompt.</param>
/// <param name="Seed">The same seed gives the same text.</param>
internal sealed record WritingSettings(double Temperature, int Length, ulong Seed);
