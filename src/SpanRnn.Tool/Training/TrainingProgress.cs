namespace SpanRnn.Tool.Training;

/// <summary>How far a training is.</summary>
/// <param name="Iteration">Updates so far.</param>
/// <param name="Iterations">Updates in all.</param>
/// <param name="Part">0 to 1: of the iterations or of the time, whichever is further.</param>
/// <param name="Loss">The mean over about the last 50 batches, in nats per character, dropout included.</param>
/// <param name="ValidationBits">The last figure; null before the first.</param>
/// <param name="CharactersPerSecond">Since this process began to train.</param>
/// <param name="SecondsLeft">If it goes on at that speed and does not end early.</param>
internal readonly record struct TrainingProgress(
    long Iteration, long Iterations, double Part, double Loss, double? ValidationBits, double CharactersPerSecond, double SecondsLeft);
