using System.Numerics.Tensors;
using SpanRnn.Kernels;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using SpanRnn.Parameters;
using SpanRnn.Streaming;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>x = E[token], a row of a table for each token: forward, and its derivative below.</summary>
internal sealed class EmbeddingLayer
{
    /// <summary>Numbers below which copying or adding them by one thread takes less than waking a second: some 5 microseconds.</summary>
    private const long LeastNumbers = 65_536;

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
                throw new ArgumentOutOfRangeException(
                    nameof(tokens), tokens[i], $"tokens[{i}]: expected 0 to {vocabulary - 1}, for a vocabulary of {vocabulary}, found {tokens[i]}.");
            }
        }
    }

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
    public void Forward(ParameterSet weights, ReadOnlySpan<int> tokens, RowView x, WorkerTeam? team = null)
    {
        var part = new ForwardPart { Table = weights[_table], Tokens = tokens, X = x, Width = Width };
        WorkerTeam.Run(team, ref part, PartsOf(tokens, team));
    }

    /// <summary>dE[token i] += dx[i], in the order of i. Only rows that are used, or were used last time, are touched.</summary>
    public void Backward(ReadOnlySpan<int> tokens, RowView dx, ParameterSet gradients, bool accumulate, WorkerTeam? team = null)
    {
        ReadOnlySpan<int> stale = accumulate ? [] : _used.AsSpan(0, _usedCount);
        var part = new BackwardPart { Table = gradients[_table], Stale = stale, Tokens = tokens, DX = dx, Width = Width };
        WorkerTeam.Run(team, ref part, PartsOf(tokens, team));
        foreach (int token in stale)
        {
            _isUsed[token] = false;
        }

        _usedCount = accumulate ? _usedCount : 0;
        foreach (int token in tokens)
        {
            if (!_isUsed[token])
            {
                _isUsed[token] = true;
                _used[_usedCount++] = token;
            }
        }
    }

    private int PartsOf(ReadOnlySpan<int> tokens, WorkerTeam? team) =>
        WorkerTeam.IsWorth(team, (long)tokens.Length * Width, LeastNumbers) ? team!.Threads : 1;

    /// <summary>Some of the tokens.</summary>
    private ref struct ForwardPart : IPartedWork
    {
        public TensorView Table;
        public ReadOnlySpan<int> Tokens;
        public RowView X;
        public int Width;

        public readonly void Run(int part, int parts)
        {
            int first = (int)((long)Tokens.Length * part / parts), end = (int)((long)Tokens.Length * (part + 1) / parts);
            for (int i = first; i < end; i++)
            {
                Table.Row(Tokens[i]).CopyTo(X[i, Width]);
            }
        }
    }

    /// <summary>Some of the columns: two threads may meet the same token, but each sum stays with one, in the order of the tokens.</summary>
    private ref struct BackwardPart : IPartedWork
    {
        public TensorView Table;
        public ReadOnlySpan<int> Stale, Tokens;
        public RowView DX;
        public int Width;

        public readonly void Run(int part, int parts)
        {
            BlockRange columns = BlockRange.Part(Block.Count(Width), part, parts);
            (int start, int length) = (Math.Min(columns.Start, Width), columns.LengthOf(Width));
            foreach (int token in Stale)
            {
                Table.Row(token).Slice(start, length).Clear();
            }

            for (int i = 0; i < Tokens.Length; i++)
            {
                Span<float> sums = Table.Row(Tokens[i]).Slice(start, length);
                TensorPrimitives.Add(sums, DX[i, Width].Slice(start, length), sums);
            }
        }
    }
}
