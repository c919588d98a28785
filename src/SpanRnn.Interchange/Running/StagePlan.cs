using SpanRnn.Lanes;

namespace SpanRnn.Interchange.Running;

/// <summary>For what a stage takes memory.</summary>
/// <param name="MaxSteps">T at most.</param>
/// <param name="MaxBatch">B at most.</param>
/// <param name="MaxRows">Rows at most: T B, or B after a selection.</param>
/// <param name="Previous">The run of the stage before; null for the first.</param>
/// <param name="Isa">The width.</param>
internal sealed record StagePlan(int MaxSteps, int MaxBatch, int MaxRows, StageRun? Previous, Isa Isa);
