using SpanRnn.Tests.Twin;

namespace SpanRnn.Tests.Support;

/// <summary>The encoder-decoders of the laws: every attention, context, bridge and feedback, cells and sizes that differ.</summary>
internal static class WritingCases
{
    private static readonly string[] Names =
    [
        "direct lstm", "learned gru to lstm", "context at every step", "context at the first step", "dot", "general", "additive",
        "additive from both directions", "general, numbers in and out", "vector repeated", "vector first, numbers fed back",
        "vector first, tokens fed back", "attention alone", "a source read from its end",
    ];

    public static Xunit.TheoryData<string> All => [.. Names];

    /// <summary>Small enough for the twin's derivatives, or past a block of 16 units.</summary>
    public static WritingCase Of(string name, bool isLarge = false)
    {
        int h = isLarge ? 19 : 4, e = isLarge ? 17 : 3, seed = 1000 + 31 * Array.IndexOf(Names, name);
        TwinRecurrent Lstm(int inputs, params int[] hidden) => new(TwinCell.Lstm, inputs, hidden) { Bias = TwinBias.Single };
        TwinRecurrent Gru(int inputs, params int[] hidden) => new(TwinCell.Gru, inputs, hidden);
        var translation = new TwinEncoderDecoder(Gru(e, h), Gru(e, h), 6) { SourceVocabulary = 5, TargetVocabulary = 6, Bridge = "direct" };
        TwinEncoderDecoder fromVector = new(null, Gru(0, h), 5) { Vector = e + 1 };
        TwinEncoderDecoder twin = name switch
        {
            "direct lstm" => translation with { Encoder = Lstm(e, h, h - 1), Decoder = Lstm(e + 1, h, h - 1) },
            "learned gru to lstm" => translation with
            {
                Encoder = Gru(e, h) with { Bidirectional = true },
                Decoder = Lstm(e, h + 1, h - 1),
                Bridge = "learned",
            },
            "context at every step" => translation with { AtEveryStep = true, Decoder = Lstm(e, h - 1), Bridge = "learned" },
            "context at the first step" => translation with { AtFirstStep = true, Bridge = "zeros", Encoder = Lstm(e, h - 1) },
            "dot" => translation with { Attention = "dot", Encoder = Lstm(e, h), Decoder = Lstm(e, h) },
            "general" => translation with { Attention = "general", Encoder = Gru(e, h - 1), Bridge = "learned", AtEveryStep = true },
            "additive" => translation with { Attention = "additive", AttentionUnits = h + 1 },
            "additive from both directions" => translation with
            {
                Attention = "additive",
                Encoder = Gru(e, h, h) with { Bidirectional = true },
                Decoder = Lstm(e, h),
                Bridge = "learned",
            },
            "general, numbers in and out" => new(Gru(e, h), Lstm(2, h), 2) { Attention = "general", Bridge = "learned" },
            "vector repeated" => fromVector with { AtEveryStep = true, Bridge = "zeros" },
            "vector first, numbers fed back" => fromVector with { Decoder = Lstm(2, h), Outputs = 2, AtFirstStep = true, Bridge = "learned" },
            "vector first, tokens fed back" => fromVector with { Decoder = Gru(e, h, h), TargetVocabulary = 5, AtFirstStep = true, Bridge = "zeros" },
            "a source read from its end" => translation with
            {
                Attention = "general",
                Encoder = Gru(e, h - 1) with { IsReversed = true },
                Bridge = "learned",
            },
            _ => translation with { Attention = "dot", Bridge = "zeros" },
        };
        bool isVector = twin.Encoder is null;
        return new(name, twin, isVector ? 1 : 5, 4, 4, seed)
        {
            SourceLengths = isVector ? null : [3, 5, 0, 2],
            Lengths = [4, 1, 3, 0],
            HasClasses = twin.Outputs != 2,
        };
    }
}
