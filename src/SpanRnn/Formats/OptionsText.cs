using System.Globalization;
using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Formats;

/// <summary>Options as strings of the metadata, and back.</summary>
internal static class OptionsText
{
    private const string Cell = Names.Prefix + "cell", InputSize = Names.Prefix + "input_size", HiddenSizes = Names.Prefix + "hidden_sizes",
        Bidirectional = Names.Prefix + "bidirectional", Bias = Names.Prefix + "bias", ProjectionSize = Names.Prefix + "projection_size",
        Dropout = Names.Prefix + "dropout", VariationalDropout = Names.Prefix + "variational_dropout",
        DirectionKey = Names.Prefix + "direction", MergeKey = Names.Prefix + "merge", ActivationsKey = Names.Prefix + "activations",
        ReverseActivationsKey = Names.Prefix + "reverse_activations", Clip = Names.Prefix + "clip", Peepholes = Names.Prefix + "peepholes",
        CoupledForgetGate = Names.Prefix + "coupled_forget_gate", VocabularySize = Names.Prefix + "vocabulary_size", Outputs = Names.Prefix + "outputs", Head = Names.Prefix + "head";

    public static IEnumerable<(string Key, string Value)> Write(RecurrentOptions options)
    {
        yield return (Cell, Names.Of(Names.Cells, options.Cell));
        yield return (InputSize, Text(options.InputSize));
        yield return (HiddenSizes, string.Join(',', options.HiddenSizes.Select(Text)));
        yield return (Bidirectional, Names.Of(Names.Truths, options.Bidirectional));
        yield return (Bias, Names.Of(Names.Biases, options.Bias));
        yield return (ProjectionSize, Text(options.ProjectionSize));
        yield return (Dropout, options.Dropout.ToString(CultureInfo.InvariantCulture));
        yield return (VariationalDropout, Names.Of(Names.Truths, options.VariationalDropout));
        foreach ((string key, string value) in WriteNewer(options))
        {
            yield return (key, value);
        }
    }

    /// <summary>Options of the format's second version, each only where it is not what files of the first one mean.</summary>
    private static IEnumerable<(string Key, string Value)> WriteNewer(RecurrentOptions options)
    {
        if (options.Direction == Direction.Reverse)
        {
            yield return (DirectionKey, Names.Of(Names.Directions, options.Direction));
        }

        if (options.Merge != MergeMode.Concat)
        {
            yield return (MergeKey, Names.Of(Names.Merges, options.Merge));
        }

        if (options.Activations is { } activations)
        {
            yield return (ActivationsKey, ActivationsText.Write(activations));
        }

        if (options.ReverseActivations is { } reverse)
        {
            yield return (ReverseActivationsKey, ActivationsText.Write(reverse));
        }

        if (!float.IsPositiveInfinity(options.Clip))
        {
            yield return (Clip, options.Clip.ToString(CultureInfo.InvariantCulture));
        }

        if (options.Peepholes)
        {
            yield return (Peepholes, Names.Of(Names.Truths, true));
        }

        if (options.CoupledForgetGate)
        {
            yield return (CoupledForgetGate, Names.Of(Names.Truths, true));
        }
    }

    /// <summary>Whether a reader of the format's first version would understand these options.</summary>
    public static bool IsOfFirstVersion(IEnumerable<(string Key, string Value)> options) => !options.Any(option => option.Key
        is DirectionKey or MergeKey or ActivationsKey or ReverseActivationsKey or Clip or Peepholes or CoupledForgetGate);

    public static IEnumerable<(string Key, string Value)> Write(SequenceModelOptions options) => Write(options.Recurrent).Concat(
    [
        (VocabularySize, Text(options.Vocabulary)),
        (Outputs, Text(options.Outputs)),
        (Head, Names.Of(Names.Heads, options.Head)),
    ]);

    public static RecurrentOptions ReadRecurrent(MetadataReader metadata) => new()
    {
        Cell = metadata.OneOf(Cell, Names.Cells),
        InputSize = metadata.Number(InputSize, 1),
        HiddenSizes = metadata.Numbers(HiddenSizes, 1),
        Direction = metadata.Has(DirectionKey) ? metadata.OneOf(DirectionKey, Names.Directions)
            : metadata.OneOf(Bidirectional, Names.Truths) ? Direction.Bidirectional : Direction.Forward,
        Merge = metadata.Has(MergeKey) ? metadata.OneOf(MergeKey, Names.Merges) : MergeMode.Concat,
        Activations = ActivationsText.Read(metadata, ActivationsKey),
        ReverseActivations = ActivationsText.Read(metadata, ReverseActivationsKey),
        Clip = metadata.Has(Clip) ? metadata.Positive(Clip) : float.PositiveInfinity,
        Peepholes = metadata.Has(Peepholes) && metadata.OneOf(Peepholes, Names.Truths),
        CoupledForgetGate = metadata.Has(CoupledForgetGate) && metadata.OneOf(CoupledForgetGate, Names.Truths),
        Bias = metadata.OneOf(Bias, Names.Biases),
        ProjectionSize = metadata.Number(ProjectionSize, 0),
        Dropout = metadata.Probability(Dropout),
        VariationalDropout = metadata.OneOf(VariationalDropout, Names.Truths),
    };

    public static SequenceModelOptions ReadModel(MetadataReader metadata) => new()
    {
        Recurrent = ReadRecurrent(metadata),
        Vocabulary = metadata.Number(VocabularySize, 0),
        Outputs = metadata.Number(Outputs, 1),
        Head = metadata.OneOf(Head, Names.Heads),
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
