namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>What was measured after so many updates.</summary>
internal readonly record struct CurvePoint(long Iteration, double Figure);
