namespace SpanRnn.Parameters;

/// <summary>Where a <see cref="RandomStream"/> is: four words to keep in a checkpoint.</summary>
public readonly record struct RandomState(ulong A, ulong B, ulong C, ulong D);
