namespace SpanRnn.Samples.Keyboard;

/// <summary>What happened while a text was typed.</summary>
/// <param name="Hits">What was suggested rightly.</param>
/// <param name="Keys">What the keystrokes cost.</param>
/// <param name="Swaps">How often other weights came into use.</param>
/// <param name="Updates">Of the weights that learn.</param>
/// <param name="Worked">The time that learning took.</param>
internal sealed record ReplayResult(HitCounter Hits, KeyRecorder Keys, int Swaps, long Updates, TimeSpan Worked);
