using System.Numerics.Tensors;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using SpanRnn.Parameters;
using SpanRnn.Streaming;

namespace SpanRnn.Layers;

/// <summary>x = E[token], a row of a table for each token: forward, and its derivative below.</summary>
internal sealed class EmbeddingLayer
{
    private readonly int _table;
    private readonly int[] _used;
    private readonly bool[] _isUsed;
    private int _usedCount;

    public EmbeddingLayer(int tokens, int width, string prefix, ParameterLayout layout)
    {
        (Tokens, Width) = (tokens, width);
        _table = layout.AddMatrix($"{prefix}weight", tokens, width);
        (_used, _isUsed) = (new int[tokens], new bool[tokens]);
    }

    /// <summary>Rows of the table: V.</summary>
    public int Tokens { get; }

    /// <summary>Numbers of a row: E.</summary>
    public int Width { get; }

    public void Initialize(ParameterSet weights, Initializer initializer, RandomStream random) => initializer.Fill(weights[_table], random);

    /// <exception cref="ArgumentOutOfRangeException">A token lies outside the table.</exception>
    public void Check(ReadOnlySpan<int> tokens) => Check(tokens, Tokens);

    /// <exception cref="ArgumentOutOfRangeException">A token lies outside a vocabulary.</exception>
    public static void Check(ReadOnlySpan<int> tokens, int vocabulary)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)vocabulary)
            {
                ThrowToken(i, tokens[i], vocabulary);
            }
        }
    }

    private static void ThrowToken(int index, int token, int vocabulary) => throw new ArgumentOutOfRangeException(
        "tokens", token, $"tokens[{index}]: expected 0 to {vocabulary - 1}, for a vocabulary of {vocabulary}, found {token}.");

    /// <summary>The table as it is now, never to be changed.</summary>
    public StreamEmbedding Freeze(ParameterSet weights, WeightFormat format, Isa isa)
    {
        TensorView table = weights[_table];
        return format switch
        {
            WeightFormat.Float32 => new StreamEmbedding<Float32>(table.Memory, Tokens, Width, table.Stride, isa),
            WeightFormat.BFloat16 => new StreamEmbedding<BFloat16>(table.Memory, Tokens, Width, table.Stride, isa),
            WeightFormat.Int8 => new StreamEmbedding<Int8>(table.Memory, Tokens, Width, table.Stride, isa),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format of weights."),
        };
    }

    /// <summary>Row i of x is the table's row of token i.</summary>
    public void Forward(ParameterSet weights, ReadOnlySpan<int> tokens, RowView x)
    {
        TensorView table = weights[_table];
        for (int i = 0; i < tokens.Length; i++)
        {
            table.Row(tokens[i]).CopyTo(x[i, Width]);
        }
    }

    /// <summary>dE[token i] += dx[i], in the order of i. Only rows that are used, or were used last time, are touched.</summary>
    public void Backward(ReadOnlySpan<int> tokens, RowView dx, ParameterSet gradients, bool accumulate)
    {
        TensorView table = gradients[_table];
        if (!accumulate)
        {
            foreach (int token in _used.AsSpan(0, _usedCount))
            {
                table.Row(token).Clear();
                _isUsed[token] = false;
            }

            _usedCount = 0;
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            Span<float> row = table.Row(tokens[i]);
            TensorPrimitives.Add(row, dx[i, Width], row);
            if (!_isUsed[tokens[i]])
            {
                _isUsed[tokens[i]] = true;
                _used[_usedCount++] = tokens[i];
            }
        }
    }
}
