namespace SpanRnn.Tests.Twin;

/// <summary>
/// Embedding, recurrent stack, dense, cross-entropy: the character model of the tutorials, with the names
/// <c>embedding.weight</c>, <c>rnn.weight_ih_l0</c> ..., <c>fc.weight</c>, <c>fc.bias</c>.
/// The stack's <see cref="TwinRecurrent.Inputs"/> is the width of the embedding.
/// </summary>
public sealed record TwinCharModel(int Vocabulary, TwinRecurrent Stack)
{
    private int Features => Stack.OutputWidth(Stack.Layers - 1);

    /// <summary>Every tensor in PyTorch's order.</summary>
    public IEnumerable<TwinShape> Shapes() =>
    [
        new("embedding.weight", Vocabulary, Stack.Inputs),
        .. Stack.Shapes().Select(shape => shape with { Name = "rnn." + shape.Name }),
        new("fc.weight", Vocabulary, Features),
        new("fc.bias", Vocabulary),
    ];

    /// <summary>Logits [T, B, vocabulary] of tokens [T, B]; the batch's X is ignored, its states, lengths and masks are not.</summary>
    public double[] Logits(IReadOnlyDictionary<string, double[]> weights, int[] tokens, TwinBatch batch)
    {
        double[] x = TwinEmbedding.Apply(weights["embedding.weight"], Stack.Inputs, tokens);
        double[] features = Stack.Run(weights, batch with { X = x }, "rnn.").Output;
        return TwinDense.Apply(weights["fc.weight"], weights["fc.bias"], features, tokens.Length, Features, Vocabulary);
    }

    /// <summary>Logits from zero states and full lengths.</summary>
    public double[] Logits(IReadOnlyDictionary<string, double[]> weights, int[] tokens, int steps, int rows) =>
        Logits(weights, tokens, new TwinBatch(steps, rows, []));

    /// <summary>The mean cross-entropy of targets [T, B].</summary>
    public double Loss(IReadOnlyDictionary<string, double[]> weights, int[] tokens, int[] targets, int steps, int rows) =>
        TwinLosses.CrossEntropy(Logits(weights, tokens, steps, rows), Vocabulary, targets);
}
