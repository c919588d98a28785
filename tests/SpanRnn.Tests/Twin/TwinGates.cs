namespace SpanRnn.Tests.Twin;

/// <summary>The parameters of one layer in one direction: the two affine maps every cell is made of.</summary>
internal sealed class TwinGates
{
    private readonly int inputs;
    private readonly int state;
    private readonly double[] w;
    private readonly double[] r;
    private readonly double[]? inputBias;
    private readonly double[]? recurrentBias;
    private readonly double[]? projection;
    private readonly double[]? peepholes;
    private readonly TwinActivation f, g, h;
    private readonly double clip;

    public TwinGates(TwinRecurrent stack, int layer, int direction, IReadOnlyDictionary<string, double[]> weights, string prefix)
    {
        Dictionary<string, double[]> own = [];
        foreach (TwinShape shape in stack.Shapes(layer, direction))
        {
            double[] values = weights[prefix + shape.Name];
            if (values.Length != shape.Count)
            {
                throw new ArgumentException($"{prefix + shape.Name}: expected {shape.Count} values, found {values.Length}");
            }

            own[shape.Name[..shape.Name.IndexOf("_l", StringComparison.Ordinal)]] = values;
        }

        inputs = stack.InputWidth(layer);
        state = stack.StateWidth(layer);
        Hidden = stack.Hidden[layer];
        w = own["weight_ih"];
        r = own["weight_hh"];
        inputBias = own.GetValueOrDefault("bias_ih");
        recurrentBias = own.GetValueOrDefault("bias_hh");
        projection = own.GetValueOrDefault("weight_hr");
        peepholes = own.GetValueOrDefault("weight_peephole");
        TwinActivations? given = direction == 1 ? stack.ReverseActivations ?? stack.Activations : stack.Activations;
        f = given?.F ?? new(stack.Cell switch
        {
            TwinCell.ElmanTanh => TwinFunction.Tanh,
            TwinCell.ElmanRelu => TwinFunction.Relu,
            _ => TwinFunction.Sigmoid,
        });
        g = given?.G ?? new(TwinFunction.Tanh);
        h = given?.H ?? new(TwinFunction.Tanh);
        clip = stack.Clip;
        IsCoupled = stack.IsCoupled;
    }

    public int Hidden { get; }

    /// <summary>Whether f = 1 - i.</summary>
    public bool IsCoupled { get; }

    /// <summary>The gates' activation of a limited pre-activation.</summary>
    public double F(double a) => f.Of(Math.Clamp(a, -clip, clip));

    /// <summary>The candidate's activation of a limited pre-activation.</summary>
    public double G(double a) => g.Of(Math.Clamp(a, -clip, clip));

    /// <summary>The output's activation of a cell state, which is not limited.</summary>
    public double H(double c) => h.Of(c);

    /// <summary>What the cell state counts in a gate: 0 for i, 1 for f, 2 for o.</summary>
    public double Peephole(int gate, int unit) => peepholes is null ? 0 : peepholes[gate * Hidden + unit];

    /// <summary>(W x + b_ih) of one unit of one gate.</summary>
    public double Input(int gate, int unit, double[] x)
    {
        int row = gate * Hidden + unit;
        return Dot(w, row, x, inputs) + (inputBias is null ? 0 : inputBias[row]);
    }

    /// <summary>(R h + b_hh) of one unit of one gate.</summary>
    public double Recurrent(int gate, int unit, double[] h)
    {
        int row = gate * Hidden + unit;
        return Dot(r, row, h, state) + (recurrentBias is null ? 0 : recurrentBias[row]);
    }

    /// <summary>The whole pre-activation, W x + b_ih + R h + b_hh.</summary>
    public double Sum(int gate, int unit, double[] x, double[] h) => Input(gate, unit, x) + Recurrent(gate, unit, h);

    /// <summary>W_hr h where the layer projects, h itself where it does not.</summary>
    public double[] Project(double[] h)
    {
        if (projection is null)
        {
            return h;
        }

        double[] projected = new double[state];
        for (int p = 0; p < state; p++)
        {
            projected[p] = Dot(projection, p, h, Hidden);
        }

        return projected;
    }

    private static double Dot(double[] matrix, int row, double[] vector, int count)
    {
        double sum = 0;
        for (int k = 0; k < count; k++)
        {
            sum += matrix[row * count + k] * vector[k];
        }

        return sum;
    }
}
