using SpanRnn.Interchange.Running;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Stages;

/// <summary>y = E[token], a row of a table [V, E]. Only the first stage can be one.</summary>
public sealed class EmbeddingStage : ModelStage
{
    private readonly float[] _table;

    /// <param name="table">V rows of E numbers; copied.</param>
    /// <param name="tokens">V.</param>
    /// <param name="width">E.</param>
    /// <exception cref="ArgumentException">The table has another length.</exception>
    public EmbeddingStage(ReadOnlySpan<float> table, int tokens, int width) : base(tokens, width)
    {
        Checks.Length("table", table.Length, (long)tokens * width, $"[V {tokens}, E {width}]");
        _table = table.ToArray();
        Frozen = new(Freeze);
    }

    /// <summary>[V, E].</summary>
    public ReadOnlySpan<float> Table => _table;

    /// <inheritdoc/>
    public override long Parameters => _table.Length;

    /// <inheritdoc/>
    public override LayerSummary Summarize() => new("embedding", InputSize, OutputSize) { Parameters = Parameters };

    /// <summary>The table for sessions.</summary>
    internal FrozenWeights<StreamEmbedding> Frozen { get; }

    internal ReadOnlySpan<float> Row(int token) => _table.AsSpan(token * OutputSize, OutputSize);

    /// <exception cref="ArgumentOutOfRangeException">A token lies outside the table.</exception>
    internal void Check(ReadOnlySpan<int> tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)InputSize)
            {
                ThrowToken(i, tokens[i]);
            }
        }
    }

    private void ThrowToken(int index, int token) => throw new ArgumentOutOfRangeException(
        "tokens", token, $"tokens[{index}]: expected 0 to {InputSize - 1}, for a table of {InputSize}, found {token}.");

    // The run and the session look rows up themselves, since tokens are no rows of numbers.
    internal override StageRun Plan(StagePlan plan) => throw new InvalidOperationException("An embedding must be the first stage.");

    internal override StageStep CreateStep(WeightFormat format, Isa isa) =>
        throw new InvalidOperationException("An embedding must be the first stage.");

    private StreamEmbedding Freeze(WeightFormat format, Isa isa) => format switch
    {
        WeightFormat.Float32 => new StreamEmbedding<Float32>(_table, InputSize, OutputSize, OutputSize, isa),
        WeightFormat.BFloat16 => new StreamEmbedding<BFloat16>(_table, InputSize, OutputSize, OutputSize, isa),
        WeightFormat.Int8 => new StreamEmbedding<Int8>(_table, InputSize, OutputSize, OutputSize, isa),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format of weights."),
    };
}
