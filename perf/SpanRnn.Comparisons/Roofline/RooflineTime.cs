using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Roofline;

/// <summary>
/// The time no engine can beat: for each part of a workload the larger of its weights' bytes over the read bandwidth at their size, and
/// its operations over the multiply-add peak. Activations and biases count as free.
/// </summary>
internal static class RooflineTime
{
    public static double Seconds(Workload w, Limits limits)
    {
        if (w.Mode == WorkMode.Step) return Product(w.RecurrentWeights, w.Batch, limits);
        double forward = 0, backward = 0;
        for (int l = 0; l < w.Layers; l++)
        {
            long input = (long)w.Gates * w.Hidden * w.InputOf(l), recurrent = (long)w.Gates * w.Hidden * w.Hidden;
            double every = w.Directions * Peak(input * w.Steps * w.Batch, limits);           // W x of all steps at once
            double chain = w.Directions * w.Steps * Product(recurrent, w.Batch, limits);     // R h step by step
            double gradients = w.Directions * Peak((input + recurrent) * w.Steps * w.Batch, limits);
            bool inputGradient = l > 0 || w.Mode != WorkMode.TrainMnist;                     // pixels want none
            forward += every + chain;
            backward += (inputGradient ? every : 0) + chain + gradients;
        }

        return w.Trains ? forward + backward + OutputAndOptimizer(w, limits) : forward;
    }

    private static double OutputAndOptimizer(Workload w, Limits limits)
    {
        if (w.Mode == WorkMode.TrainRecurrent) return 0;
        long rows = w.Batch * (w.Mode == WorkMode.TrainCharLm ? w.Steps : 1L);
        double linear = 3 * Peak(rows * w.Hidden * w.Directions * w.Classes, limits);

        // Adam reads parameter, gradient and two moments, and writes all but the gradient.
        double adam = w.Parameters * 7 * sizeof(float) / limits.Bandwidth(w.Parameters * 4 * sizeof(float));
        return linear + adam;
    }

    private static double Product(long weights, int batch, Limits limits) =>
        Math.Max(weights * sizeof(float) / limits.Bandwidth(weights * sizeof(float)), Peak(weights * batch, limits));

    private static double Peak(long multiplyAdds, Limits limits) => 2.0 * multiplyAdds / limits.Peak;
}
