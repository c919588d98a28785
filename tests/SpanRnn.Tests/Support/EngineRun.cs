using SpanRnn.Cells;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tests.Twin;

namespace SpanRnn.Tests.Support;

/// <summary>The engine doing what a twin describes: forward, and backward from given upstream gradients.</summary>
internal sealed class EngineRun
{
    public required float[] Output { get; init; }

    public required float[] HN { get; init; }

    public required float[] CN { get; init; }

    /// <summary>By the twin's names: the weights, "input", "h0", "c0".</summary>
    public required Dictionary<string, float[]> Gradients { get; init; }

    /// <summary>The dropout masks that were drawn, [T, B, width] for each boundary between layers, as the twin takes them; else null.</summary>
    public double[]?[]? Masks { get; init; }

    public static RecurrentOptions OptionsOf(TwinRecurrent stack, float dropout = 0f, bool variational = false) => new()
    {
        Cell = stack.Cell switch
        {
            TwinCell.ElmanTanh => CellKind.Rnn,
            TwinCell.ElmanRelu => CellKind.RnnRelu,
            TwinCell.Lstm => CellKind.Lstm,
            TwinCell.Gru => CellKind.Gru,
            _ => CellKind.GruResetBefore,
        },
        InputSize = stack.Inputs,
        HiddenSizes = stack.Hidden,
        Direction = stack.Bidirectional ? Direction.Bidirectional : stack.IsReversed ? Direction.Reverse : Direction.Forward,
        Merge = stack.Merge switch
        {
            TwinMerge.Concat => MergeMode.Concat,
            TwinMerge.Sum => MergeMode.Sum,
            TwinMerge.Mul => MergeMode.Multiply,
            _ => MergeMode.Average,
        },
        Activations = Activations(stack.Activations),
        ReverseActivations = Activations(stack.ReverseActivations),
        Clip = (float)stack.Clip,
        Peepholes = stack.HasPeepholes,
        CoupledForgetGate = stack.IsCoupled,
        Bias = stack.Bias switch { TwinBias.None => BiasKind.None, TwinBias.Single => BiasKind.Single, _ => BiasKind.Double },
        ProjectionSize = stack.Projection,
        Dropout = dropout,
        VariationalDropout = variational,
    };

    public static Recurrent Load(
        TwinRecurrent stack, IReadOnlyDictionary<string, double[]> weights, Isa isa, float dropout = 0f, bool variational = false)
    {
        var engine = new Recurrent(OptionsOf(stack, dropout, variational), isa);
        foreach (ParameterInfo tensor in engine.Weights.Layout.Tensors)
        {
            engine.Weights[tensor.Name].CopyFrom(Floats(weights[tensor.Name]));
        }

        engine.Pack();
        return engine;
    }

    public static EngineRun Of(
        TwinRecurrent stack, IReadOnlyDictionary<string, double[]> weights, TwinBatch batch, double[]? dOutput, double[]? dHN, double[]? dCN,
        Isa? isa = null)
    {
        using Recurrent engine = Load(stack, weights, isa ?? Isa.Best);
        using RecurrentTape tape = engine.Plan(Math.Max(1, batch.Steps), batch.Rows);
        return Of(engine, tape, batch, dOutput, dHN, dCN);
    }

    /// <summary>A drawn problem; dropout masks come from its seed.</summary>
    public static EngineRun Of(Problem problem, Isa? isa = null)
    {
        using Recurrent engine = Load(problem, isa ?? Isa.Best);
        using RecurrentTape tape = engine.Plan(problem.Steps, problem.Rows);
        return Of(engine, tape, problem);
    }

    public static EngineRun Of(Recurrent engine, RecurrentTape tape, Problem problem)
    {
        (double[]? y, double[]? hn, double[]? cn) = problem.Upstream();
        RandomStream? dropout = problem.Dropout > 0f ? new RandomStream((ulong)problem.Seed) : null;
        return Of(engine, tape, problem.Batch(), y, hn, cn, dropout);
    }

    public static Recurrent Load(Problem problem, Isa isa) =>
        Load(problem.Stack, problem.Weights(), isa, problem.Dropout, problem.Variational);

    public static EngineRun Of(
        Recurrent engine, RecurrentTape tape, TwinBatch batch, double[]? dOutput, double[]? dHN, double[]? dCN, RandomStream? dropout = null)
    {
        float[] y = new float[batch.Steps * batch.Rows * engine.Options.OutputSize];
        float[] hn = new float[batch.Rows * engine.HiddenStateSize], cn = new float[batch.Rows * engine.CellStateSize];
        float[] x = Floats(batch.X), dx = new float[x.Length], dh0 = new float[hn.Length], dc0 = new float[cn.Length];
        engine.Forward(tape, batch.Steps, batch.Rows, batch.Lengths, x, Floats(batch.H0), Floats(batch.C0), y, hn, cn, dropout);
        double[]?[]? masks = dropout is null ? null : DropoutMasks.Of(engine, tape);
        using ParameterSet gradients = engine.CreateGradients();
        engine.Backward(tape, Floats(dOutput), Floats(dHN), Floats(dCN), gradients, accumulate: false, dx, dh0, dc0);
        var named = new Dictionary<string, float[]> { ["input"] = dx, ["h0"] = dh0, ["c0"] = dc0 };
        foreach (ParameterInfo tensor in gradients.Layout.Tensors)
        {
            named[tensor.Name] = new float[tensor.Count];
            gradients[tensor.Name].CopyTo(named[tensor.Name]);
        }

        return new EngineRun { Output = y, HN = hn, CN = cn, Gradients = named, Masks = masks };
    }

    private static CellActivations? Activations(TwinActivations? twin) =>
        twin is null ? null : new() { F = Activation(twin.F), G = Activation(twin.G), H = Activation(twin.H) };

    private static Activation? Activation(TwinActivation? twin) =>
        twin is null ? null : new(Enum.Parse<ActivationKind>(twin.Function.ToString()), (float)twin.Alpha, (float)twin.Beta);

    public static float[] Floats(double[]? values) => values is null ? [] : [.. values.Select(v => (float)v)];
}
