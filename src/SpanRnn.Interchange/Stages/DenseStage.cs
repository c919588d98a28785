using SpanRnn.Interchange.Running;
using SpanRnn.Kernels;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Stages;

/// <summary>y = f(W x + b) for every row alone: a dense layer, the same at every step.</summary>
public sealed class DenseStage : ModelStage
{
    private readonly float[] _weight, _bias;
    private readonly GatePanels _panels;
    private readonly Slab _packedBias;

    /// <param name="weight">W, [O, I]: PyTorch's layout; copied.</param>
    /// <param name="bias">b, [O]; empty for none; copied.</param>
    /// <param name="inputs">I.</param>
    /// <param name="outputs">O.</param>
    /// <param name="activation">f; null for none.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public DenseStage(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int inputs, int outputs, StageActivation? activation = null)
        : base(inputs, outputs)
    {
        Checks.Length("weight", weight.Length, (long)inputs * outputs, $"[O {outputs}, I {inputs}]");
        Checks.LengthOrEmpty("bias", bias.Length, outputs, "[O]");
        (_weight, _bias) = (weight.ToArray(), bias.ToArray());
        Activation = activation ?? StageActivation.Identity;
        Function = new ActivationRows(Activation, outputs);
        Frozen = new(Freeze);
        _panels = new GatePanels(Isa.Best, [0], outputs, inputs);
        _panels.Pack(_weight, inputs);
        _packedBias = Slab.Rent(Block.Pad(outputs));
        _bias.CopyTo(_packedBias.Span);
    }

    /// <summary>W, [O, I].</summary>
    public ReadOnlySpan<float> Weight => _weight;

    /// <summary>b, [O]; empty for none.</summary>
    public ReadOnlySpan<float> Bias => _bias;

    /// <summary>f.</summary>
    public StageActivation Activation { get; }

    /// <inheritdoc/>
    public override long Parameters => _weight.Length + _bias.Length + Activation.Slopes.Length;

    internal ActivationRows Function { get; }

    /// <summary>W and b for sessions.</summary>
    internal FrozenWeights<StreamDense> Frozen { get; }

    /// <inheritdoc/>
    public override LayerSummary Summarize() => new("dense", InputSize, OutputSize)
    {
        Activation = Activation.IsIdentity ? null : Activation.ToString(),
        Parameters = Parameters,
        Conventions = _bias.Length == 0 ? [new("bias", "none")] : [],
    };

    /// <inheritdoc/>
    public override void Dispose()
    {
        _panels.Dispose();
        _packedBias.Dispose();
        Function.Dispose();
    }

    /// <summary>Rows of x to rows of y, which are dense and padded to whole blocks.</summary>
    internal void Forward(Isa isa, RowView x, RowView y)
    {
        _panels.Multiply(isa, ref x.Origin, x.Stride, x.Count, ref _packedBias.Origin, 0, ref y.Origin);
        Function.Apply(isa, y, y);
    }

    internal override StageRun Plan(StagePlan plan) => new RowStageRun(OutputSize, plan, Forward);

    internal override StageStep CreateStep(WeightFormat format, Isa isa) => new DenseStep(this, format, isa);

    private StreamDense Freeze(WeightFormat format, Isa isa)
    {
        StreamMatrix matrix = new() { Name = "a dense layer's weight", Values = _weight, Stride = InputSize, Depth = InputSize, Gates = [0] };
        return format switch
        {
            WeightFormat.Float32 => new StreamDense<Float32>(OutputSize, matrix, _bias, isa),
            WeightFormat.BFloat16 => new StreamDense<BFloat16>(OutputSize, matrix, _bias, isa),
            WeightFormat.Int8 => new StreamDense<Int8>(OutputSize, matrix, _bias, isa),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format of weights."),
        };
    }
}
