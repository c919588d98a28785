namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>An alarm was raised.</summary>
/// <param name="Step">When.</param>
/// <param name="Sensor">Which sensor was furthest from usual.</param>
internal readonly record struct Alarm(int Step, int Sensor);
