using SpanRnn.Layers;

namespace SpanRnn.Tests.Support;

/// <summary>Reads the masks that a forward run drew back from its tape, so that the twin can use the same ones.</summary>
internal static class DropoutMasks
{
    public static double[]?[] Of(Recurrent engine, RecurrentTape tape)
    {
        RecurrentOptions options = engine.Options;
        double[]?[] masks = new double[]?[options.HiddenSizes.Count - 1];
        for (int l = 1; l <= masks.Length; l++)
        {
            masks[l - 1] = Below(l, options, tape.Stack);
        }

        return masks;
    }

    private static double[] Below(int layer, RecurrentOptions options, StackTape tape)
    {
        Timeline timeline = tape.Timeline;
        RowView packed = tape.MaskOf(layer);
        int width = options.OutputSizeOf(layer - 1);
        double[] mask = new double[timeline.Steps * timeline.Batch * width];
        for (int t = 0; t < timeline.Longest; t++)
        {
            for (int b = 0; b < timeline.Active(t); b++)
            {
                Span<float> row = packed[options.VariationalDropout ? b : timeline.Offset(t) + b, width];
                int user = timeline.UserRows[timeline.Offset(t) + b];
                for (int k = 0; k < width; k++)
                {
                    mask[user * width + k] = row[k];
                }
            }
        }

        return mask;
    }
}
