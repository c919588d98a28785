namespace SpanRnn.Comparisons.Tutorial;

/// <summary>Seconds of training, the loss it ended with, seconds of generation.</summary>
internal sealed record TutorialResult(string Contender, double Training, double Loss, double Generation);
