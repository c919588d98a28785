namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>What happened while serving.</summary>
/// <param name="Scores">One for each step that was served.</param>
/// <param name="Alarms">In their order.</param>
/// <param name="Times">How long each step of the detector took.</param>
/// <param name="Lateness">How late each step began; none where it was not paced.</param>
/// <param name="AllocatedBytes">Managed bytes that all steps of the detector allocated together.</param>
internal sealed record ServingResult(
    ReadOnlyMemory<float> Scores, IReadOnlyList<Alarm> Alarms, LatencyRecorder Times, LatencyRecorder Lateness, long AllocatedBytes);
