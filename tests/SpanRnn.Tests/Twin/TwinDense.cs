namespace SpanRnn.Tests.Twin;

/// <summary>y = W x + b for each row, W [outputs, inputs] as PyTorch's Linear.</summary>
public static class TwinDense
{
    public static double[] Apply(double[] w, double[]? b, double[] x, int rows, int inputs, int outputs)
    {
        double[] y = new double[rows * outputs];
        for (int row = 0; row < rows; row++)
        {
            for (int o = 0; o < outputs; o++)
            {
                double sum = b is null ? 0 : b[o];
                for (int i = 0; i < inputs; i++)
                {
                    sum += w[o * inputs + i] * x[row * inputs + i];
                }

                y[row * outputs + o] = sum;
            }
        }

        return y;
    }
}
