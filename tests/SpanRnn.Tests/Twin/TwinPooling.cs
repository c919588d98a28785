namespace SpanRnn.Tests.Twin;

/// <summary>One row for each sequence out of outputs [T, B, width]: the last steps, the mean or the maximum of the valid ones.</summary>
public static class TwinPooling
{
    public static double[] Mean(double[] y, TwinBatch batch, int width) =>
        Pool(y, batch, width, steps => steps.Length == 0 ? 0 : steps.Sum() / steps.Length);

    public static double[] Max(double[] y, TwinBatch batch, int width) => Pool(y, batch, width, steps => steps.Length == 0 ? 0 : steps.Max());

    /// <summary>concat(h_n forward, h_n backward) of the last layer, of h_n as a run gives it.</summary>
    public static double[] Last(double[] hn, TwinRecurrent stack, TwinBatch batch)
    {
        int size = stack.StateWidth(stack.Layers - 1), first = hn.Length - stack.Directions * batch.Rows * size;
        return
        [
            .. from row in Enumerable.Range(0, batch.Rows)
               from direction in Enumerable.Range(0, stack.Directions)
               from k in Enumerable.Range(0, size)
               select hn[first + (direction * batch.Rows + row) * size + k],
        ];
    }

    private static double[] Pool(double[] y, TwinBatch batch, int width, Func<double[], double> pool) =>
    [
        .. from row in Enumerable.Range(0, batch.Rows)
           from k in Enumerable.Range(0, width)
           select pool([.. Enumerable.Range(0, batch.LengthOf(row)).Select(t => y[(t * batch.Rows + row) * width + k])]),
    ];
}
