using SpanRnn.Tests.Twin;

namespace SpanRnn.Tests.Interchange;

/// <summary>The twin's weights laid out as Keras does, written here from Keras's definition: columns are gates, i f c o or z r h.</summary>
internal static class KerasArrays
{
    /// <summary>[columns, gates x units] of [gates x units, columns].</summary>
    public static float[] Kernel(double[] rows, int columns, TwinCell cell)
    {
        int count = rows.Length / columns;
        int[] from = FromKeras(count, cell);
        float[] kernel = new float[rows.Length];
        for (int i = 0; i < columns; i++)
        {
            for (int k = 0; k < count; k++)
            {
                kernel[i * count + k] = (float)rows[from[k] * columns + i];
            }
        }

        return kernel;
    }

    public static float[] Bias(double[] bias, TwinCell cell) => [.. FromKeras(bias.Length, cell).Select(row => (float)bias[row])];

    /// <summary>For each of Keras's columns the twin's row.</summary>
    private static int[] FromKeras(int count, TwinCell cell)
    {
        string theirs = cell switch { TwinCell.Lstm => "ifco", TwinCell.ElmanTanh => "h", _ => "zrh" };
        string ours = cell switch { TwinCell.Lstm => "ifco", TwinCell.ElmanTanh => "h", _ => "rzh" };
        int units = count / theirs.Length;
        return [.. theirs.SelectMany(gate => Enumerable.Range(ours.IndexOf(gate) * units, units))];
    }
}
