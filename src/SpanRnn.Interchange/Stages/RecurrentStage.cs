using SpanRnn.Interchange.Running;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Stages;

/// <summary>Recurrent layers, with the initial states that the file gives them, or zeros.</summary>
public sealed class RecurrentStage : ModelStage
{
    private readonly float[] _initialHidden, _initialCell;

    /// <param name="recurrent">The layers, packed; disposed with the stage.</param>
    /// <param name="initialHidden">Hidden states that every sequence starts from, [layers x D, S]; empty for zeros.</param>
    /// <param name="initialCell">Cell states that every sequence starts from, [layers x D, H]; empty for zeros.</param>
    /// <exception cref="ArgumentException">A state has another length.</exception>
    public RecurrentStage(Recurrent recurrent, ReadOnlySpan<float> initialHidden = default, ReadOnlySpan<float> initialCell = default)
        : base(recurrent.InputSize, recurrent.OutputSize)
    {
        Checks.LengthOrEmpty("initialHidden", initialHidden.Length, recurrent.HiddenStateSize, "[layers x directions, S]");
        Checks.LengthOrEmpty("initialCell", initialCell.Length, recurrent.CellStateSize, "[layers x directions, H]");
        Recurrent = recurrent;
        Frozen = new((format, _) => format == WeightFormat.Float32 ? recurrent.Frozen : recurrent.Freeze(format));
        (_initialHidden, _initialCell) = (initialHidden.ToArray(), initialCell.ToArray());
    }

    /// <summary>The layers and their weights.</summary>
    public Recurrent Recurrent { get; }

    /// <summary>Hidden states that every sequence starts from, [layers x D, S]; empty for zeros.</summary>
    public ReadOnlySpan<float> InitialHidden => _initialHidden;

    /// <summary>Cell states that every sequence starts from, [layers x D, H]; empty for zeros.</summary>
    public ReadOnlySpan<float> InitialCell => _initialCell;

    /// <summary>What the file said of the layers beyond their sizes: gate order, biases, layout. For <see cref="Summarize"/>.</summary>
    public IReadOnlyList<Convention> Conventions { get; init; } = [];

    /// <summary>The layers for sessions; the width of their vectors is their own.</summary>
    internal FrozenWeights<FrozenRecurrent> Frozen { get; }

    /// <inheritdoc/>
    public override long Parameters => Recurrent.Weights.Layout.Count + _initialHidden.Length + _initialCell.Length;

    /// <inheritdoc/>
    public override LayerSummary Summarize()
    {
        RecurrentOptions options = Recurrent.Options;
        return new(Name(options.Cell), InputSize, OutputSize)
        {
            HiddenSizes = [.. options.HiddenSizes],
            ProjectionSize = options.ProjectionSize,
            Direction = options.Direction switch { Direction.Forward => "forward", Direction.Reverse => "reverse", _ => $"both, {options.Merge.ToString().ToLowerInvariant()}" },
            Parameters = Parameters,
            Conventions = Conventions,
        };
    }

    /// <inheritdoc/>
    public override void Dispose() => Recurrent.Dispose();

    internal override StageRun Plan(StagePlan plan) => new RecurrentStageRun(this, plan);

    internal override StageStep CreateStep(WeightFormat format, Isa isa) => new RecurrentStageStep(this, format, isa);

    private static string Name(CellKind cell) => cell switch
    {
        CellKind.Rnn => "rnn",
        CellKind.RnnRelu => "rnn, relu",
        CellKind.Lstm => "lstm",
        CellKind.Gru => "gru, reset after the product",
        CellKind.GruResetBefore => "gru, reset before the product",
        _ => cell.ToString(),
    };
}
