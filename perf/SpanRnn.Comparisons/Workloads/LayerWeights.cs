namespace SpanRnn.Comparisons.Workloads;

/// <summary>One direction of one layer in PyTorch's layout: rows by gate (i f g o; r z n), W [G*H, I], R [G*H, H], two biases [G*H].</summary>
public sealed record LayerWeights(float[] W, float[] R, float[] InputBias, float[] RecurrentBias);
