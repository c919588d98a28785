using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>
/// What a decoder's output h[t] looks at in an encoder's outputs y[s]: p[t] = softmax of the scores e[t, s] over the valid s,
/// c[t] = sum over s of p[t, s] y[s], and its output is tanh(W [c[t]; h[t]]), the attentional state of Luong, Pham and Manning 2015.
/// </summary>
/// <remarks>
/// <para>It stands after the decoder's recurrent layers, so that in training these run as one sequence; the scores of
/// <see cref="AttentionKind.Additive"/>, which Bahdanau, Cho and Bengio 2015 compare with the state before the step, are of h[t] too.
/// A source without a step has c = 0.</para>
/// <para>Each sequence's products are its own, over its valid steps: so they do not depend on the batch, and sums run along one row in
/// order. A step of one query has the bits of a whole run.</para>
/// </remarks>
internal sealed partial class AttentionLayer : IPackedLayer, IDisposable
{
    private readonly Isa _isa;
    private readonly DenseLayer? _key, _query;
    private readonly DenseLayer _combine;
    private readonly int _score = -1;
    private readonly Slab? _packedScore;

    /// <param name="kind">Dot, General or Additive.</param>
    /// <param name="querySize">Q: numbers of h.</param>
    /// <param name="keySize">K: numbers of y.</param>
    /// <param name="units">A, for Additive.</param>
    /// <param name="prefix">Before the tensors' names: key.weight, query.weight, score.weight, combine.weight.</param>
    /// <param name="layout">Where the tensors are declared.</param>
    /// <param name="isa">The width.</param>
    public AttentionLayer(AttentionKind kind, int querySize, int keySize, int units, string prefix, ParameterLayout layout, Isa isa)
    {
        (Kind, QuerySize, KeySize, _isa) = (kind, querySize, keySize, isa);
        Units = kind == AttentionKind.Additive ? units : querySize;
        Start = layout.Length;
        _key = kind == AttentionKind.Dot ? null : new DenseLayer(keySize, Units, $"{prefix}key.", layout, isa, hasBias: false);
        if (kind == AttentionKind.Additive)
        {
            _query = new DenseLayer(querySize, Units, $"{prefix}query.", layout, isa, hasBias: false);
            _score = layout.AddMatrix($"{prefix}score.weight", 1, Units);
            _packedScore = Slab.Rent(Block.Pad(Units));
        }

        _combine = new DenseLayer(keySize + querySize, querySize, $"{prefix}combine.", layout, isa, hasBias: false);
    }

    public AttentionKind Kind { get; }

    /// <summary>Q.</summary>
    public int QuerySize { get; }

    /// <summary>K.</summary>
    public int KeySize { get; }

    /// <summary>Numbers that are compared: Q, or A.</summary>
    public int Units { get; }

    public int Start { get; }

    public int End => _combine.End;

    /// <summary>Draws the tensors as PyTorch's linear layers do.</summary>
    public void Initialize(ParameterSet weights, RandomStream random)
    {
        _key?.Initialize(weights, DenseInitializers.PyTorch(KeySize), random.Fork("key"));
        _query?.Initialize(weights, DenseInitializers.PyTorch(QuerySize), random.Fork("query"));
        if (_score >= 0)
        {
            DenseInitializers.PyTorch(Units).Weight.Fill(weights[_score], random.Fork("score"));
        }

        _combine.Initialize(weights, DenseInitializers.PyTorch(KeySize + QuerySize), random.Fork("combine"));
    }

    /// <inheritdoc/>
    public void Pack(ParameterSet weights)
    {
        _key?.Pack(weights);
        _query?.Pack(weights);
        if (_score >= 0)
        {
            weights[_score].Memory.CopyTo(_packedScore!.Span);
        }

        _combine.Pack(weights);
    }

    /// <summary>Takes over a batch of encoder outputs, before any number of <see cref="Forward"/> runs.</summary>
    /// <param name="source">The encoder's rows.</param>
    /// <param name="values">Its packed outputs.</param>
    /// <param name="tape">Gets them sequence by sequence, and what queries are compared with.</param>
    public void Prepare(Timeline source, RowView values, AttentionTape tape)
    {
        RowView projected = _key is null ? values : tape.ProjectedKeys(source.Rows);
        _key?.Forward(values, projected);
        for (int place = 0; place < source.Batch; place++)
        {
            int b = source.Order[place], steps = source.Length(place);
            RowView own = tape.Values(b), keys = _key is null ? own : tape.Keys, across = tape.KeysAcross(b);
            Collect(source, place, values, own, KeySize);
            if (_key is not null)
            {
                Collect(source, place, projected, keys, Units);
            }

            RowTranspose.Run(ref keys.Origin, keys.Stride, steps, Units, ref across.Origin, across.Stride);
        }
    }

    /// <summary>From packed queries to the tape's packed <see cref="AttentionTape.Output"/>.</summary>
    /// <param name="source">The encoder's rows, as they were prepared.</param>
    /// <param name="target">The queries' rows: as many sequences, by the same user's order.</param>
    /// <param name="queries">h, packed.</param>
    /// <param name="tape">Prepared.</param>
    public void Forward(Timeline source, Timeline target, RowView queries, AttentionTape tape)
    {
        RowView compared = queries, joined = tape.Joined(target.Rows), output = tape.Output(target.Rows);
        if (_query is not null)
        {
            compared = tape.ProjectedQueries(target.Rows);
            _query.Forward(queries, compared);
        }

        for (int place = 0; place < target.Batch; place++)
        {
            int b = target.Order[place], rows = target.Length(place), steps = source.LengthOf(b);
            RowView own = tape.Queries, across = tape.KeysAcross(b), weights = tape.Weights(b), values = tape.Values(b), context = tape.Context;
            Collect(target, place, compared, own, Units);
            Scores(own, rows, across, steps, weights);
            var softmax = new Softmax { X = ref weights.Origin, Rows = rows, Columns = steps, Stride = weights.Stride };
            _isa.Run(ref softmax);
            SequenceProduct.Multiply(
                _isa, ref weights.Origin, weights.Stride, 1, rows, steps, ref values.Origin, values.Stride, KeySize, ref context.Origin, context.Stride);
            for (int t = 0; t < rows; t++)
            {
                context[t, KeySize].CopyTo(joined[target.Offset(t) + place, KeySize]);
            }
        }

        for (int row = 0; row < queries.Count; row++)
        {
            queries[row, QuerySize].CopyTo(joined[row, KeySize + QuerySize][KeySize..]);
        }

        _combine.Forward(joined, output);
        var tanh = new TanhPass { X = ref output.Origin, Length = (nint)output.Count * output.Stride };
        _isa.Run(ref tanh);
    }

    public void Dispose()
    {
        _key?.Dispose();
        _query?.Dispose();
        _packedScore?.Dispose();
        _combine.Dispose();
    }

    private void Scores(RowView queries, int rows, RowView across, int steps, RowView scores)
    {
        if (Kind != AttentionKind.Additive)
        {
            SequenceProduct.Multiply(
                _isa, ref queries.Origin, queries.Stride, 1, rows, Units, ref across.Origin, across.Stride, steps, ref scores.Origin, scores.Stride);
            return;
        }

        var additive = new AdditiveScores
        {
            Queries = ref queries.Origin,
            Keys = ref across.Origin,
            V = ref _packedScore!.Origin,
            Scores = ref scores.Origin,
            Rows = rows,
            Units = Units,
            QueryStride = queries.Stride,
            Columns = steps,
            Stride = scores.Stride,
        };
        _isa.Run(ref additive);
    }

    /// <summary>The steps of one sequence out of packed rows.</summary>
    private static void Collect(Timeline timeline, int place, RowView packed, RowView own, int size)
    {
        for (int t = 0; t < timeline.Length(place); t++)
        {
            packed[timeline.Offset(t) + place, size].CopyTo(own[t, size]);
        }
    }

    /// <summary>The steps of one sequence back to packed rows.</summary>
    private static void Spread(Timeline timeline, int place, RowView own, RowView packed, int size, bool add)
    {
        for (int t = 0; t < timeline.Length(place); t++)
        {
            Span<float> to = packed[timeline.Offset(t) + place, size];
            if (add)
            {
                System.Numerics.Tensors.TensorPrimitives.Add(to, own[t, size], to);
            }
            else
            {
                own[t, size].CopyTo(to);
            }
        }
    }
}
