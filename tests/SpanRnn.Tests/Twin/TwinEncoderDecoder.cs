namespace SpanRnn.Tests.Twin;

/// <summary>
/// An encoder-decoder in scalar float64, in the words of the papers: forward only. The decoder's <see cref="TwinRecurrent.Inputs"/> is the
/// size of what is fed back (0 for nothing).
/// </summary>
public sealed record TwinEncoderDecoder(TwinRecurrent? Encoder, TwinRecurrent Decoder, int Outputs)
{
    /// <summary>Numbers of the source's one vector, without an encoder.</summary>
    public int Vector { get; init; }

    public int SourceVocabulary { get; init; }

    public int TargetVocabulary { get; init; }

    public bool AtFirstStep { get; init; }

    public bool AtEveryStep { get; init; }

    /// <summary>Initial states: "zeros", "direct", or "learned".</summary>
    public string Bridge { get; init; } = "learned";

    /// <summary>"none", "dot", "general" or "additive".</summary>
    public string Attention { get; init; } = "none";

    public int AttentionUnits { get; init; }

    /// <summary>Told the attention of each row t * B + b over its source.</summary>
    public Action<int, double[]>? Observe { get; init; }

    public int ContextSize => Encoder is null ? Vector : Encoder.OutputWidth(Encoder.Layers - 1);

    private TwinRecurrent WholeDecoder => Decoder with { Inputs = Decoder.Inputs + (AtFirstStep || AtEveryStep ? ContextSize : 0) };

    /// <summary>Outputs [T, B, Outputs] of a case's source and of what its steps read.</summary>
    public double[] Run(IReadOnlyDictionary<string, double[]> weights, TwinSequences s)
    {
        int rows = s.Rows, size = Decoder.StateWidth(Decoder.Layers - 1);
        TwinRun? encoded = Encode(weights, s);
        double[] context = encoded is null ? s.Source : TwinPooling.Last(encoded.HN, Encoder!, new(s.SourceSteps, rows, []));
        (double[]? h0, double[]? c0) = InitialStates(weights, encoded, context, rows);
        double[] x = Inputs(weights, s, context);
        TwinRun decoded = WholeDecoder.Run(weights, new(s.Steps, rows, x) { H0 = h0, C0 = c0, Lengths = s.Lengths }, "decoder.");
        double[] features = Attention == "none" ? decoded.Output : Attend(weights, s, encoded!.Output, decoded.Output);
        return TwinDense.Apply(weights["fc.weight"], weights["fc.bias"], features, s.Steps * rows, size, Outputs);
    }

    /// <summary>p[t, s] of one row.</summary>
    public double[] Weights(IReadOnlyDictionary<string, double[]> weights, double[] query, double[][] keys)
    {
        double[] scores = [.. keys.Select(key => Score(weights, query, key))];
        double largest = scores.Max(), sum = scores.Sum(e => Math.Exp(e - largest));
        return [.. scores.Select(e => Math.Exp(e - largest) / sum)];
    }

    private static double[] Multiply(double[] w, double[] x) => TwinDense.Apply(w, null, x, 1, x.Length, w.Length / x.Length);

    private static double[] Row(double[] values, int row, int size) => values[(row * size)..((row + 1) * size)];

    private TwinRun? Encode(IReadOnlyDictionary<string, double[]> weights, TwinSequences s)
    {
        if (Encoder is null)
        {
            return null;
        }

        double[] x = SourceVocabulary > 0 ? TwinEmbedding.Apply(weights["source_embedding.weight"], Encoder.Inputs, s.SourceTokens) : s.Source;
        return Encoder.Run(weights, new(s.SourceSteps, s.Rows, x) { Lengths = s.SourceLengths }, "encoder.");
    }

    private (double[]? H0, double[]? C0) InitialStates(IReadOnlyDictionary<string, double[]> weights, TwinRun? encoded, double[] context, int rows)
    {
        if (Bridge == "zeros")
        {
            return (null, null);
        }

        if (Bridge == "direct")
        {
            return (encoded!.HN, Decoder.Cell == TwinCell.Lstm ? encoded.CN : null);
        }

        int hidden = Decoder.HiddenStateCount(1), cell = Decoder.CellStateCount(1);
        double[] states = [.. TwinDense.Apply(weights["bridge.weight"], weights["bridge.bias"], context, rows, ContextSize, hidden + cell).Select(Math.Tanh)];
        return (Blocks(0, Decoder.StateWidth), cell > 0 ? Blocks(hidden, layer => Decoder.Hidden[layer]) : null);

        double[] Blocks(int start, Func<int, int> width)
        {
            List<double> blocks = [];
            for (int layer = 0; layer < Decoder.Layers; start += width(layer), layer++)
            {
                for (int row = 0; row < rows; row++)
                {
                    blocks.AddRange(states[(row * (hidden + cell) + start)..(row * (hidden + cell) + start + width(layer))]);
                }
            }

            return [.. blocks];
        }
    }

    private double[] Inputs(IReadOnlyDictionary<string, double[]> weights, TwinSequences s, double[] context)
    {
        double[] fed = TargetVocabulary > 0
            ? TwinEmbedding.Apply(weights["target_embedding.weight"], Decoder.Inputs, s.ReadTokens) : s.Read;
        List<double> x = [];
        for (int n = 0; n < s.Steps * s.Rows; n++)
        {
            x.AddRange(Row(fed, n, Decoder.Inputs));
            if (AtEveryStep || (AtFirstStep && n < s.Rows))
            {
                x.AddRange(Row(context, n % s.Rows, ContextSize));
            }
            else if (AtFirstStep)
            {
                x.AddRange(new double[ContextSize]);
            }
        }

        return [.. x];
    }

    private double[] Attend(IReadOnlyDictionary<string, double[]> weights, TwinSequences s, double[] values, double[] queries)
    {
        int k = ContextSize, q = Decoder.StateWidth(Decoder.Layers - 1);
        List<double> attended = [];
        for (int n = 0; n < s.Steps * s.Rows; n++)
        {
            int row = n % s.Rows;
            double[] query = Row(queries, n, q), c = new double[k];
            double[][] own = [.. Enumerable.Range(0, s.SourceLengthOf(row)).Select(t => Row(values, t * s.Rows + row, k))];
            double[] p = own.Length == 0 ? [] : Weights(weights, query, own);
            Observe?.Invoke(n, p);
            for (int t = 0; t < own.Length; t++)
            {
                for (int i = 0; i < k; i++)
                {
                    c[i] += p[t] * own[t][i];
                }
            }

            attended.AddRange(Multiply(weights["attention.combine.weight"], [.. c, .. query]).Select(Math.Tanh));
        }

        return [.. attended];
    }

    private double Score(IReadOnlyDictionary<string, double[]> weights, double[] query, double[] key)
    {
        if (Attention == "dot")
        {
            return query.Zip(key, (a, b) => a * b).Sum();
        }

        double[] projected = Multiply(weights["attention.key.weight"], key);
        return Attention == "general"
            ? query.Zip(projected, (a, b) => a * b).Sum()
            : Multiply(weights["attention.query.weight"], query).Zip(projected, (a, b) => Math.Tanh(a + b)).Zip(weights["attention.score.weight"], (x, v) => x * v).Sum();
    }
}
