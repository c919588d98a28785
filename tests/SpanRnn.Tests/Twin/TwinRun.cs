namespace SpanRnn.Tests.Twin;

/// <summary>
/// What a stack returns: output [T, B, directions * width of the last layer] (0 past a row's length) and final states in the
/// layout of the initial ones. <paramref name="CN"/> is empty unless the cell is an LSTM.
/// </summary>
public sealed record TwinRun(double[] Output, double[] HN, double[] CN);
