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
        VocabularySize = Names.Prefix + "vocabulary_size", Outputs = Names.Prefix + "outputs", Head = Names.Prefix + "head";

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
    }

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
        Bidirectional = metadata.OneOf(Bidirectional, Names.Truths),
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
