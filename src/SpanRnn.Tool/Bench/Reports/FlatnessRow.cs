using SpanRnn.Streaming;

namespace SpanRnn.Tool.Bench.Reports;

/// <summary>What a step takes on unusual input, over what it takes in a lively stream; 1 is flat.</summary>
/// <param name="Name">The model's.</param>
/// <param name="Format">Of its weights.</param>
/// <param name="SilentSteps">How many came before those measured in silence.</param>
/// <param name="LivelyNanoseconds">Of a lively stream's step.</param>
/// <param name="Silent">After the silence, and in it.</param>
/// <param name="Extreme">While 1e20 comes in; null for a model of tokens.</param>
/// <param name="AfterExtreme">In the silence after 64 steps of 1e20; null for a model of tokens.</param>
internal sealed record FlatnessRow(
    string Name, WeightFormat Format, int SilentSteps, double LivelyNanoseconds, double Silent, double? Extreme, double? AfterExtreme);
