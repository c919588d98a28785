using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Formats;

/// <summary>
/// The tensors that options ask for, one by one: a file is compared with them before any memory is taken, so that sizes
/// that a file merely claims cost nothing.
/// </summary>
internal static class TensorPlan
{
    public const string Embedding = "embedding.", Rnn = "rnn.", Head = "fc.";

    public static IEnumerable<ExpectedTensor> Of(SequenceModelOptions options)
    {
        if (options.Vocabulary > 0)
        {
            yield return new($"{Embedding}weight", [options.Vocabulary, options.Recurrent.InputSize], TensorRole.Embedding);
        }

        foreach (ExpectedTensor tensor in Of(options.Recurrent, Rnn))
        {
            yield return tensor;
        }

        long inputs = OutputsOf(options.Recurrent, options.Recurrent.HiddenSizes.Count - 1);
        yield return new($"{Head}weight", [options.Outputs, inputs], TensorRole.Head);
        yield return new($"{Head}bias", [options.Outputs], TensorRole.Head);
    }

    /// <summary>In the order of the model's arena.</summary>
    public static IEnumerable<ExpectedTensor> Of(EncoderDecoderOptions options)
    {
        RecurrentOptions decoder = options.WholeDecoder;
        long context = options.ContextSize, output = decoder.OutputSize, units = options.UnitsOfAttention;
        List<ExpectedTensor> plan = [];
        if (options.Encoder is { } encoder)
        {
            plan.AddRange(options.SourceVocabulary == 0
                ? [] : [new("source_embedding.weight", [options.SourceVocabulary, encoder.InputSize], TensorRole.Embedding)]);
            plan.AddRange(Of(encoder, "encoder."));
        }

        if (options.UsesLearnedBridge)
        {
            long states = EncoderDecoder.StatesOf(decoder);
            plan.AddRange([new("bridge.weight", [states, context], TensorRole.Head), new("bridge.bias", [states], TensorRole.Head)]);
        }

        plan.AddRange(options.TargetVocabulary == 0
            ? [] : [new("target_embedding.weight", [options.TargetVocabulary, options.Decoder.InputSize], TensorRole.Embedding)]);
        plan.AddRange(Of(decoder, "decoder."));
        if (options.Attention != AttentionKind.None)
        {
            long keys = options.Encoder!.OutputSize;
            plan.AddRange(options.Attention == AttentionKind.Dot ? [] : [new("attention.key.weight", [units, keys], TensorRole.Head)]);
            plan.AddRange(options.Attention != AttentionKind.Additive ? [] :
            [
                new("attention.query.weight", [units, output], TensorRole.Head), new("attention.score.weight", [1, units], TensorRole.Head),
            ]);
            plan.Add(new("attention.combine.weight", [output, keys + output], TensorRole.Head));
        }

        plan.AddRange([new($"{Head}weight", [options.Outputs, output], TensorRole.Head), new($"{Head}bias", [options.Outputs], TensorRole.Head)]);
        return plan;
    }

    public static IEnumerable<ExpectedTensor> Of(RecurrentOptions options, string prefix)
    {
        int gates = Names.Gates(options.Cell);
        long inputs = options.InputSize;
        for (int layer = 0; layer < options.HiddenSizes.Count; layer++)
        {
            long units = options.HiddenSizes[layer], state = options.StateSize(layer), rows = gates * units;
            for (int direction = 0; direction < options.Directions; direction++)
            {
                string suffix = $"_l{layer}{(direction == 1 ? "_reverse" : "")}";
                yield return new($"{prefix}weight_ih{suffix}", [rows, inputs], TensorRole.InputWeight, gates);
                yield return new($"{prefix}weight_hh{suffix}", [rows, state], TensorRole.RecurrentWeight, gates);
                if (options.Bias != BiasKind.None)
                {
                    yield return new($"{prefix}bias_ih{suffix}", [rows], TensorRole.Bias, gates);
                }

                if (options.Bias == BiasKind.Double)
                {
                    yield return new($"{prefix}bias_hh{suffix}", [rows], TensorRole.Bias, gates);
                }

                if (options.Peepholes)
                {
                    yield return new($"{prefix}weight_peephole{suffix}", [3 * units], TensorRole.Peephole, 3);
                }

                if (options.ProjectionSize > 0)
                {
                    yield return new($"{prefix}weight_hr{suffix}", [state, units], TensorRole.Projection);
                }
            }

            inputs = OutputsOf(options, layer);
        }
    }

    /// <summary>As the options' own, but sizes that a file claims may be too large for an int.</summary>
    private static long OutputsOf(RecurrentOptions options, int layer) =>
        (options.Merge == MergeMode.Concat ? options.Directions : 1L) * options.StateSize(layer);

    /// <summary>The name of the second bias beside the first; null for any other tensor.</summary>
    public static string? SecondBias(string name)
    {
        int at = name.LastIndexOf("bias_ih_l", StringComparison.Ordinal);
        return at < 0 ? null : $"{name[..at]}bias_hh_l{name[(at + "bias_ih_l".Length)..]}";
    }
}
