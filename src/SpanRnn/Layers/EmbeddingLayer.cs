using System.Numerics.Tensors;
using SpanRnn.Parameters;

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
    public void Check(ReadOnlySpan<int> tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)Tokens)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(tokens), tokens[i], $"tokens[{i}]: expected 0 to {Tokens - 1}, for a vocabulary of {Tokens}, found {tokens[i]}.");
            }
        }
    }

    /// <summary>The table's row of a token that was checked.</summary>
    public Span<float> Row(ParameterSet weights, int token) => weights[_table].Row(token);

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
