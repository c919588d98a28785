namespace SpanRnn.Samples.AudioEffect;

/// <summary>What came out, and what it cost.</summary>
/// <param name="Sound">As the input, with the model's samples.</param>
/// <param name="Blocks">How long each block took.</param>
/// <param name="AllocatedBytes">Managed bytes allocated by the thread that processed, from the first block to the last.</param>
internal sealed record EffectResult(WavFile Sound, LatencyRecorder Blocks, long AllocatedBytes);
