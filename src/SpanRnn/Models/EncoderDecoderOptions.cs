using SpanRnn.Layers;

namespace SpanRnn.Models;

/// <summary>A model that writes a sequence: from a whole source sequence (N to M) or from one vector (1 to N). What is computed, not how.</summary>
public sealed record EncoderDecoderOptions
{
    /// <summary>Rows of the source's embedding, for sources of tokens; 0 for numbers.</summary>
    public int SourceVocabulary { get; init; }

    /// <summary>What reads the source, in one or two directions; null for a source of one vector.</summary>
    public RecurrentOptions? Encoder { get; init; }

    /// <summary>Numbers of the one vector, for a model without an encoder.</summary>
    public int VectorSize { get; init; }

    /// <summary>Rows of the target's embedding, for tokens that are fed back; 0 for numbers, or for none.</summary>
    public int TargetVocabulary { get; init; }

    /// <summary>Whether each step reads the output before it: the true one in training (teacher forcing), the model's own when it generates.</summary>
    public bool FeedsBack { get; init; } = true;

    /// <summary>
    /// What writes the target, in one direction. Its <see cref="RecurrentOptions.InputSize"/> is that of what is fed back: the embedding's
    /// width, or <see cref="Outputs"/>; the context's numbers come on top of it. Without feedback it is the context's size.
    /// </summary>
    public required RecurrentOptions Decoder { get; init; }

    /// <summary>Numbers of a step's output: <see cref="TargetVocabulary"/> logits, or values.</summary>
    public required int Outputs { get; init; }

    /// <summary>How the decoder gets the context.</summary>
    public ContextUse Context { get; init; } = ContextUse.InitialState;

    /// <summary>How initial states come from the context.</summary>
    public BridgeKind Bridge { get; init; }

    /// <summary>Whether and how the decoder looks at the encoder's outputs.</summary>
    public AttentionKind Attention { get; init; }

    /// <summary>A, the units of additive attention; 0 for as many as the decoder's outputs.</summary>
    public int AttentionUnits { get; init; }

    /// <summary>The token that the first step reads.</summary>
    public int StartToken { get; init; }

    /// <summary>The token that ends a target; -1 for none: then targets end by their length.</summary>
    public int EndToken { get; init; } = -1;

    /// <summary>Numbers of the context: the last layer's final hidden states of all directions, or the vector's.</summary>
    public int ContextSize => Encoder is null ? VectorSize : Encoder.Directions * Encoder.StateSize(Encoder.HiddenSizes.Count - 1);

    /// <summary>Whether the decoder's initial states are the encoder's final ones.</summary>
    public bool UsesDirectBridge => Uses(ContextUse.InitialState) && Bridge != BridgeKind.Learned && WhyNotDirect is null;

    /// <summary>Whether the decoder's initial states are computed from the context.</summary>
    public bool UsesLearnedBridge => Uses(ContextUse.InitialState) && !UsesDirectBridge;

    /// <summary>From one vector to a sequence: the vector sets the initial states and stands beside every step's input (Keras's RepeatVector).</summary>
    /// <param name="cell">Of the decoder.</param>
    /// <param name="vector">Numbers of the vector.</param>
    /// <param name="hidden">Units of each layer.</param>
    /// <param name="outputs">Numbers of a step.</param>
    /// <param name="layers">Layers.</param>
    public static EncoderDecoderOptions Repeat(CellKind cell, int vector, int hidden, int outputs, int layers = 1) => new()
    {
        VectorSize = vector,
        FeedsBack = false,
        Context = ContextUse.EveryStep,
        Decoder = new() { Cell = cell, InputSize = vector, HiddenSizes = RecurrentOptions.Sizes(hidden, layers) },
        Outputs = outputs,
    };

    /// <summary>Tokens to tokens, encoder and decoder alike: as for translation.</summary>
    /// <param name="cell">Of both.</param>
    /// <param name="sourceVocabulary">Tokens of the source.</param>
    /// <param name="targetVocabulary">Tokens of the target.</param>
    /// <param name="embedding">The width of both embeddings.</param>
    /// <param name="hidden">Units of each layer.</param>
    /// <param name="startToken">What the first step reads.</param>
    /// <param name="endToken">What ends a target.</param>
    /// <param name="attention">How the decoder looks at the source.</param>
    /// <param name="layers">Layers of each.</param>
    public static EncoderDecoderOptions Translation(
        CellKind cell, int sourceVocabulary, int targetVocabulary, int embedding, int hidden, int startToken, int endToken,
        AttentionKind attention = AttentionKind.General, int layers = 1) => new()
        {
            SourceVocabulary = sourceVocabulary,
            Encoder = new() { Cell = cell, InputSize = embedding, HiddenSizes = RecurrentOptions.Sizes(hidden, layers) },
            TargetVocabulary = targetVocabulary,
            Decoder = new() { Cell = cell, InputSize = embedding, HiddenSizes = RecurrentOptions.Sizes(hidden, layers) },
            Outputs = targetVocabulary,
            Attention = attention,
            StartToken = startToken,
            EndToken = endToken,
        };

    /// <summary>Not Enum.HasFlag, which allocates until it is optimised.</summary>
    internal bool Uses(ContextUse use) => (Context & use) != 0;

    internal int FeedbackSize => FeedsBack ? Decoder.InputSize : 0;

    internal bool HasContextInput => Uses(ContextUse.FirstStep | ContextUse.EveryStep);

    internal RecurrentOptions WholeDecoder => Decoder with { InputSize = FeedbackSize + (HasContextInput ? ContextSize : 0) };

    internal int UnitsOfAttention => Attention == AttentionKind.Additive && AttentionUnits > 0 ? AttentionUnits : Decoder.OutputSize;

    private string? WhyNotDirect
    {
        get
        {
            if (Encoder is null)
            {
                return "there is no encoder";
            }

            static bool HasCell(CellKind cell) => cell == CellKind.Lstm;
            bool fits = !Encoder.Bidirectional && Encoder.HiddenSizes.SequenceEqual(Decoder.HiddenSizes)
                && Encoder.ProjectionSize == Decoder.ProjectionSize && HasCell(Encoder.Cell) == HasCell(Decoder.Cell);
            return fits ? null : "encoder and decoder differ in layers, sizes, directions or cell states";
        }
    }

    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(SourceVocabulary);
        ArgumentOutOfRangeException.ThrowIfNegative(TargetVocabulary);
        ArgumentOutOfRangeException.ThrowIfNegative(AttentionUnits);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Outputs);
        Refuse(Encoder is null && VectorSize <= 0, "VectorSize: without an encoder expected the numbers of the source's vector, found none.");
        Refuse(Encoder is not null && VectorSize != 0, "VectorSize: the source is read by an encoder, so it is no single vector.");
        Refuse(Encoder is null && SourceVocabulary > 0, "SourceVocabulary: without an encoder the source is a vector, not tokens.");
        Refuse(Encoder is null && Attention != AttentionKind.None, "Attention: without an encoder there is nothing to look at.");
        Refuse(Decoder.Direction != Direction.Forward, "Decoder: expected one direction, forward, since it writes step by step.");
        Refuse(Context == ContextUse.None && Attention == AttentionKind.None, "Context: the decoder would know nothing of the source.");
        Refuse(!FeedsBack && !HasContextInput, "FeedsBack: a decoder that reads neither its outputs nor the context has no input.");
        Refuse(!FeedsBack && TargetVocabulary > 0, "TargetVocabulary: no tokens are fed back.");
        Refuse(!FeedsBack && Decoder.InputSize != ContextSize, $"Decoder.InputSize: expected the context's {ContextSize}, found {Decoder.InputSize}.");
        Refuse(TargetVocabulary > 0 && Outputs != TargetVocabulary, $"Outputs: expected a logit for each of {TargetVocabulary} tokens, found {Outputs}.");
        Refuse(
            FeedsBack && TargetVocabulary == 0 && Decoder.InputSize != Outputs,
            $"Decoder.InputSize: expected {Outputs}, since the outputs are fed back, found {Decoder.InputSize}.");
        Refuse(TargetVocabulary > 0 && (uint)StartToken >= (uint)TargetVocabulary, $"StartToken: expected 0 to {TargetVocabulary - 1}, found {StartToken}.");
        Refuse(EndToken < -1 || EndToken >= Outputs, $"EndToken: expected -1, or 0 to {Outputs - 1}, found {EndToken}.");
        Refuse(Bridge == BridgeKind.Direct && WhyNotDirect is not null, $"Bridge: the final states cannot be the initial ones: {WhyNotDirect}.");
        Refuse(
            Attention == AttentionKind.Dot && Encoder?.OutputSize != Decoder.OutputSize,
            $"Attention: a dot product needs outputs of one size; the encoder's have {Encoder?.OutputSize}, the decoder's {Decoder.OutputSize}.");
    }

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw new ArgumentException(message);
        }
    }
}
