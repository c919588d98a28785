namespace SpanRnn.Tests.Twin;

/// <summary>
/// What a stack returns: output [T, B, directions * width of the last layer] (0 past a row's length) and final states in the
/// layout of the initial ones. <paramref name="CN"/> is empty unless the cell is an LSTM.
/// </summary>
public sealed record TwinRun(double[] Output, double[] HN, double[] CN)
{
    /// <summary>
    /// The scalar whose gradients a backward pass returns when it is given these upstream gradients: each result times its
    /// own, summed. An absent one is zero.
    /// </summary>
    public double Weighted(double[]? dOutput, double[]? dHN = null, double[]? dCN = null) =>
        Dot(Output, dOutput) + Dot(HN, dHN) + Dot(CN, dCN);

    private static double Dot(double[] values, double[]? upstream)
    {
        if (upstream is null)
        {
            return 0;
        }

        if (upstream.Length != values.Length)
        {
            throw new ArgumentException($"upstream: expected {values.Length} values, found {upstream.Length}");
        }

        double sum = 0;
        for (int k = 0; k < values.Length; k++)
        {
            sum += values[k] * upstream[k];
        }

        return sum;
    }
}
