using System.Globalization;
using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Formats;

/// <summary>An encoder-decoder's options as strings of the metadata, and back. Those of its two stacks have a prefix of their own.</summary>
internal static class EncoderDecoderText
{
    private const string EncoderPrefix = Names.Prefix + "encoder.", DecoderPrefix = Names.Prefix + "decoder.";
    private const string HasEncoder = Names.Prefix + "has_encoder", SourceVocabulary = Names.Prefix + "source_vocabulary",
        VectorSize = Names.Prefix + "vector_size", TargetVocabulary = Names.Prefix + "target_vocabulary", FeedsBack = Names.Prefix + "feeds_back",
        Outputs = Names.Prefix + "outputs", Context = Names.Prefix + "context", Bridge = Names.Prefix + "bridge",
        Attention = Names.Prefix + "attention", AttentionUnits = Names.Prefix + "attention_units", StartToken = Names.Prefix + "start_token",
        EndToken = Names.Prefix + "end_token", None = "none";

    private static readonly (string Name, BridgeKind Value)[] Bridges =
        [("auto", BridgeKind.Auto), ("direct", BridgeKind.Direct), ("learned", BridgeKind.Learned)];

    private static readonly (string Name, AttentionKind Value)[] Attentions =
        [(None, AttentionKind.None), ("dot", AttentionKind.Dot), ("general", AttentionKind.General), ("additive", AttentionKind.Additive)];

    private static readonly (string Name, ContextUse Value)[] Uses =
        [("initial_state", ContextUse.InitialState), ("first_step", ContextUse.FirstStep), ("every_step", ContextUse.EveryStep)];

    public static IEnumerable<(string Key, string Value)> Write(EncoderDecoderOptions options)
    {
        IEnumerable<string> uses = Uses.Where(use => options.Uses(use.Value)).Select(use => use.Name);
        IEnumerable<(string Key, string Value)> own =
        [
            (HasEncoder, Names.Of(Names.Truths, options.Encoder is not null)),
            (SourceVocabulary, Text(options.SourceVocabulary)),
            (VectorSize, Text(options.VectorSize)),
            (TargetVocabulary, Text(options.TargetVocabulary)),
            (FeedsBack, Names.Of(Names.Truths, options.FeedsBack)),
            (Outputs, Text(options.Outputs)),
            (Context, options.Context == ContextUse.None ? None : string.Join(',', uses)),
            (Bridge, Names.Of(Bridges, options.Bridge)),
            (Attention, Names.Of(Attentions, options.Attention)),
            (AttentionUnits, Text(options.AttentionUnits)),
            (StartToken, Text(options.StartToken)),
            (EndToken, options.EndToken < 0 ? None : Text(options.EndToken)),
        ];
        return own
            .Concat(options.Encoder is null ? [] : OptionsText.Write(options.Encoder).Select(pair => (Moved(pair.Key, EncoderPrefix), pair.Value)))
            .Concat(OptionsText.Write(options.Decoder).Select(pair => (Moved(pair.Key, DecoderPrefix), pair.Value)));
    }

    public static EncoderDecoderOptions Read(string file, IReadOnlyDictionary<string, string> metadata)
    {
        var reader = new MetadataReader(file, metadata);
        return new()
        {
            Encoder = reader.OneOf(HasEncoder, Names.Truths) ? ReadStack(file, metadata, EncoderPrefix) : null,
            SourceVocabulary = reader.Number(SourceVocabulary, 0),
            VectorSize = reader.Number(VectorSize, 0),
            TargetVocabulary = reader.Number(TargetVocabulary, 0),
            FeedsBack = reader.OneOf(FeedsBack, Names.Truths),
            Outputs = reader.Number(Outputs, 1),
            Decoder = ReadStack(file, metadata, DecoderPrefix),
            Context = ReadContext(reader),
            Bridge = reader.OneOf(Bridge, Bridges),
            Attention = reader.OneOf(Attention, Attentions),
            AttentionUnits = reader.Number(AttentionUnits, 0),
            StartToken = reader.Number(StartToken, 0),
            EndToken = reader.Text(EndToken) == None ? -1 : reader.Number(EndToken, 0),
        };
    }

    private static ContextUse ReadContext(MetadataReader reader)
    {
        string text = reader.Text(Context);
        ContextUse context = ContextUse.None;
        foreach (string name in text == None ? [] : text.Split(','))
        {
            int index = Array.FindIndex(Uses, use => use.Name == name);
            context |= index >= 0
                ? Uses[index].Value
                : throw reader.Wrong(Context, text, $"{None}, or some of {string.Join(", ", Uses.Select(use => use.Name))}");
        }

        return context;
    }

    /// <summary>A stack's keys are those of a bare stack behind the prefix.</summary>
    private static RecurrentOptions ReadStack(string file, IReadOnlyDictionary<string, string> metadata, string prefix) =>
        OptionsText.ReadRecurrent(new MetadataReader(
            file,
            metadata.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(pair => Names.Prefix + pair.Key[prefix.Length..], pair => pair.Value)));

    private static string Moved(string key, string prefix) => prefix + key[Names.Prefix.Length..];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
