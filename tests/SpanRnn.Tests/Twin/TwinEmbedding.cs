namespace SpanRnn.Tests.Twin;

/// <summary>Looks rows up in a table [vocabulary, width].</summary>
public static class TwinEmbedding
{
    public static double[] Apply(double[] table, int width, int[] tokens)
    {
        double[] rows = new double[tokens.Length * width];
        for (int n = 0; n < tokens.Length; n++)
        {
            for (int k = 0; k < width; k++)
            {
                rows[n * width + k] = table[tokens[n] * width + k];
            }
        }

        return rows;
    }
}
