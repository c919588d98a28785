using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>Measures how the gradient of the last state's loss travels back through a layer that is not trained yet.</summary>
/// <remarks>Inputs are normal noise, 8 numbers a step. The loss is v . h[T], v of norm 1 and drawn at random, so the norm is 1 at t = T.</remarks>
internal static class FlowMeasurement
{
    private const int Inputs = 8;

    /// <summary>The norms for each t, geometric means over the sequences.</summary>
    /// <exception cref="OperationCanceledException">It was to stop.</exception>
    public static FlowReport Of(FlowCell cell, FlowSettings settings, CancellationToken stop)
    {
        using var layer = new Recurrent(new RecurrentOptions { Cell = cell.Cell, InputSize = Inputs, HiddenSizes = [settings.Hidden] });
        layer.Initialize(settings.Seed, cell.Initializers);
        cell.Finish(layer.Weights["weight_hh_l0"], layer.Weights["bias_ih_l0"], settings.Steps, settings.Seed);
        layer.Pack();

        // The same noise and the same v for every cell.
        RandomStream random = new RandomStream(settings.Seed).Fork("flow");
        var x = new float[settings.Steps * settings.Batch * Inputs];
        random.FillNormal(x, 0f, 1f);
        using var gradients = new StateGradients(layer, settings.Steps, settings.Batch);
        StateNorms norms = gradients.Run(x, Directions(random, settings), stop);
        double[] hidden = [.. norms.Hidden.Skip(1).Select(row => row.Average())];
        return new FlowReport
        {
            Name = cell.Name,
            FactorPerStep = settings.Steps == 1 ? 1 : Math.Pow(10, (hidden[0] - hidden[^1]) / (settings.Steps - 1)),
            Hidden = hidden,
            Cell = layer.CellStateSize == 0 ? null : [.. norms.Cell.Skip(1).Select(row => row.Average())],
        };
    }

    private static float[] Directions(RandomStream random, FlowSettings settings)
    {
        var v = new float[settings.Batch * settings.Hidden];
        random.FillNormal(v, 0f, 1f);
        for (int b = 0; b < settings.Batch; b++)
        {
            Span<float> row = v.AsSpan(b * settings.Hidden, settings.Hidden);
            double squares = 0;
            foreach (float number in row)
            {
                squares += (double)number * number;
            }

            foreach (ref float number in row)
            {
                number = (float)(number / Math.Sqrt(squares));
            }
        }

        return v;
    }
}
