using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;

namespace SpanRnn.Tests.Laws;

/// <summary>The engine's own forward as a function of everything that has a gradient.</summary>
internal static class OwnForward
{
    /// <summary>Weights, input and initial states by name; states that were not given are zeros, since they have gradients too.</summary>
    public static Dictionary<string, double[]> Leaves(Problem problem, Dictionary<string, double[]> weights, out TwinBatch batch)
    {
        batch = problem.Batch();
        double[] h0 = batch.H0 ?? new double[problem.Stack.HiddenStateCount(problem.Rows)];
        double[] c0 = batch.C0 ?? new double[problem.Stack.CellStateCount(problem.Rows)];
        batch = batch with { H0 = h0, C0 = c0 };
        var leaves = new Dictionary<string, double[]>(weights) { ["input"] = batch.X, ["h0"] = h0 };
        if (c0.Length > 0)
        {
            leaves["c0"] = c0;
        }

        return leaves;
    }

    /// <summary>(loss(values + step d) - loss(values - step d)) / 2 step, the loss summed in float64.</summary>
    public static double Slope(
        Recurrent engine, RecurrentTape tape, Problem problem, Dictionary<string, double[]> leaves, TwinBatch batch, string name, double[] direction,
        double step)
    {
        double[] values = leaves[name], kept = [.. values];
        try
        {
            return (At(step) - At(-step)) / (2 * step);
        }
        finally
        {
            kept.CopyTo(values, 0);
        }

        double At(double shift)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = kept[i] + shift * direction[i];
            }

            return Loss(engine, tape, problem, leaves, batch);
        }
    }

    private static double Loss(Recurrent engine, RecurrentTape tape, Problem problem, Dictionary<string, double[]> leaves, TwinBatch batch)
    {
        foreach (ParameterInfo tensor in engine.Weights.Layout.Tensors)
        {
            engine.Weights[tensor.Name].CopyFrom(EngineRun.Floats(leaves[tensor.Name]));
        }

        engine.Pack();
        float[] y = new float[batch.Steps * batch.Rows * engine.Options.OutputSize];
        float[] hn = new float[batch.Rows * engine.HiddenStateSize], cn = new float[batch.Rows * engine.CellStateSize];
        engine.Forward(
            tape, batch.Steps, batch.Rows, batch.Lengths, EngineRun.Floats(batch.X), EngineRun.Floats(batch.H0), EngineRun.Floats(batch.C0), y, hn, cn);
        (double[]? dy, double[]? dhn, double[]? dcn) = problem.Upstream();
        return Dot(y, dy) + Dot(hn, dhn) + Dot(cn, dcn);
    }

    private static double Dot(float[] values, double[]? upstream) => upstream is null ? 0 : values.Zip(upstream, (v, u) => v * u).Sum();
}
