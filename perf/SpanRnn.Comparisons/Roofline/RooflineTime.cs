using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Roofline;

/// <summary>
/// The time no engine can beat: for each part of a workload the larger of its weights' bytes over the read bandwidth at their size, and
/// its operations over the multiply-add peak. Activations and biases count as free.
/// </summary>
internal static class RooflineTime
{
    public static double Seconds(Workload w, Limits limits) => Parts(w).Sum(part => part.Seconds(limits));

    /// <summary>The parts, in the order in which an engine comes to them.</summary>
    public static IEnumerable<RooflinePart> Parts(Workload w)
    {
        if (w.Mode == WorkMode.Step) return [Product(w.RecurrentWeights, w.Batch, times: 1)];
        List<RooflinePart> forward = [], backward = [];
        for (int l = 0; l < w.Layers; l++)
        {
            long input = (long)w.Gates * w.Hidden * w.InputOf(l), recurrent = (long)w.Gates * w.Hidden * w.Hidden, rows = (long)w.Steps * w.Batch;
            RooflinePart every = AtPeak(w.Directions * input * rows);                               // W x of all steps at once
            RooflinePart chain = Product(recurrent, w.Batch, w.Directions * w.Steps);               // R h step by step
            forward.AddRange([every, chain]);
            backward.AddRange([AtPeak(w.Directions * (input + recurrent) * rows), chain]);
            if (l > 0 || w.Mode != WorkMode.TrainMnist) backward.Add(every);                        // pixels want no gradient
        }

        backward.Reverse();
        return w.Trains ? [.. forward, .. backward, .. OutputAndOptimizer(w)] : forward;
    }

    private static RooflinePart[] OutputAndOptimizer(Workload w)
    {
        if (w.Mode == WorkMode.TrainRecurrent) return [];
        long rows = w.Batch * (w.Mode == WorkMode.TrainCharLm ? w.Steps : 1L);

        // Adam reads parameter, gradient and two moments, and writes all but the gradient.
        return [AtPeak(3 * rows * w.Hidden * w.Directions * w.Classes), new(0, w.Parameters * 7 * sizeof(float), w.Parameters * 4 * sizeof(float))];
    }

    private static RooflinePart Product(long weights, int batch, int times) =>
        new(2.0 * weights * batch * times, weights * sizeof(float) * times, weights * sizeof(float));

    private static RooflinePart AtPeak(long multiplyAdds) => new(2.0 * multiplyAdds, 0, 0);
}
