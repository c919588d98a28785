using System.Numerics.Tensors;

namespace SpanRnn.Parameters;

/// <summary>Q of the QR decomposition of a normal matrix, each column with the sign of R's diagonal, so that Q is uniform (Haar).</summary>
/// <remarks>
/// Mezzadri 2007, as torch.nn.init.orthogonal_ and Keras's Orthogonal do it. Keras's recurrent kernel (H, G H) is one such matrix, and
/// so is its transpose, our [G H, H]: the columns of all gates together are orthonormal. Householder reflections in double precision;
/// rows are vectors, so nothing is summed across lanes.
/// </remarks>
internal sealed class OrthogonalInitializer(float gain) : Initializer
{
    public override void Fill(TensorView tensor, RandomStream random)
    {
        bool wide = tensor.Rows < tensor.Columns;
        int rows = Math.Max(tensor.Rows, tensor.Columns), columns = Math.Min(tensor.Rows, tensor.Columns);
        double[][] q = Orthonormal(rows, columns, random);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                ref float number = ref wide ? ref tensor[column, row] : ref tensor[row, column];
                number = (float)(gain * q[row][column]);
            }
        }
    }

    private static double[][] Orthonormal(int rows, int columns, RandomStream random)
    {
        double[][] a = Matrix(rows, columns, random.NextNormal);
        double[][] mirrors = new double[columns][];
        double[] work = new double[columns];
        bool[] negative = new bool[columns];
        for (int k = 0; k < columns; k++)
        {
            double[] v = mirrors[k] = Mirror(a, k, out negative[k]);
            Reflect(a, v, k, work);
        }

        double[][] q = Matrix(rows, columns, () => 0);
        for (int k = columns - 1; k >= 0; k--)
        {
            q[k][k] = 1;
            Reflect(q, mirrors[k], k, work);
        }

        foreach (double[] row in q)
        {
            for (int column = 0; column < columns; column++)
            {
                row[column] = negative[column] ? -row[column] : row[column];
            }
        }

        return q;
    }

    private static double[][] Matrix(int rows, int columns, Func<double> element)
    {
        double[][] matrix = new double[rows][];
        for (int row = 0; row < rows; row++)
        {
            matrix[row] = new double[columns];
            for (int column = 0; column < columns; column++)
            {
                matrix[row][column] = element();
            }
        }

        return matrix;
    }

    /// <summary>v with |v|^2 = 2 such that x - v (v'x) has zeros below element k, for x column k; R's diagonal is then -sign(x_k) |x|.</summary>
    private static double[] Mirror(double[][] a, int k, out bool negative)
    {
        double[] v = new double[a.Length];
        double square = 0;
        for (int row = k; row < a.Length; row++)
        {
            v[row] = a[row][k];
            square += v[row] * v[row];
        }

        negative = v[k] >= 0;
        double norm = Math.Sqrt(square), below = square - v[k] * v[k];
        v[k] += negative ? norm : -norm;
        double scale = Math.Sqrt(2 / (below + v[k] * v[k]));
        for (int row = k; row < a.Length; row++)
        {
            v[row] *= scale;
        }

        return v;
    }

    /// <summary>A -= v (v'A) on the rows and columns from k on.</summary>
    private static void Reflect(double[][] a, double[] v, int k, double[] work)
    {
        int width = work.Length - k;
        Span<double> w = work.AsSpan(k, width);
        w.Clear();
        for (int row = k; row < a.Length; row++)
        {
            TensorPrimitives.FusedMultiplyAdd(a[row].AsSpan(k, width), v[row], w, w);
        }

        for (int row = k; row < a.Length; row++)
        {
            Span<double> to = a[row].AsSpan(k, width);
            TensorPrimitives.FusedMultiplyAdd(w, -v[row], to, to);
        }
    }
}
