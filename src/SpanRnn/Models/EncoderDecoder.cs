using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Models;

/// <summary>
/// Writes a sequence from a source: [embedding] -> encoder -> context -> [bridge] -> decoder over [embedding] of what it wrote ->
/// [attention over the encoder's outputs] -> dense head. Without an encoder the source is one vector: 1 to N.
/// </summary>
/// <remarks>
/// <para>Shapes: source [S, B] or [S, B, I] or [B, V]; target [T, B] or [T, B, Outputs]; lengths may differ on both sides. Step t of the
/// decoder reads output t - 1 (the true one in training) and gives output t; step 0 reads <see cref="EncoderDecoderOptions.StartToken"/>,
/// or zeros.</para>
/// <para>Papers: Cho et al. 2014 (arXiv 1406.1078); Sutskever, Vinyals and Le 2014; Bahdanau, Cho and Bengio 2015; Luong, Pham and
/// Manning 2015, whose attentional state tanh(W [c; h]) this is.</para>
/// <para>Tensors: <c>source_embedding.weight</c>, <c>encoder.weight_ih_l0</c>, ..., <c>bridge.weight</c>, <c>bridge.bias</c>,
/// <c>target_embedding.weight</c>, <c>decoder.weight_ih_l0</c>, ..., <c>attention.key.weight</c>, <c>attention.query.weight</c>,
/// <c>attention.score.weight</c>, <c>attention.combine.weight</c>, <c>fc.weight</c>, <c>fc.bias</c>. After changing
/// <see cref="Weights"/> by hand, call <see cref="Pack"/>; sessions share the packed weights, which must not change while they run.</para>
/// </remarks>
public sealed partial class EncoderDecoder : ITrainedModel, IDisposable
{
    private readonly EmbeddingLayer? _sourceEmbedding, _targetEmbedding;
    private readonly DenseLayer _head;
    private readonly bool _isDirect;

    /// <summary>A model with zero weights; <see cref="Initialize(ulong)"/> or load them.</summary>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public EncoderDecoder(EncoderDecoderOptions options) : this(options, Isa.Best)
    {
    }

    internal EncoderDecoder(EncoderDecoderOptions options, Isa isa)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (Options, Isa, _isDirect) = (options, isa, options.UsesDirectBridge);
        var layout = new ParameterLayout();
        if (options.Encoder is { } encoder)
        {
            _sourceEmbedding = options.SourceVocabulary > 0
                ? new EmbeddingLayer(options.SourceVocabulary, encoder.InputSize, "source_embedding.", layout) : null;
            Encoder = new RecurrentStack(encoder, "encoder.", layout, isa);
        }

        // The decoder's states are known before its tensors are declared: the bridge comes first, as data flows.
        Bridge = options.UsesLearnedBridge ? new DenseLayer(options.ContextSize, StatesOf(options.Decoder), "bridge.", layout, isa) : null;
        _targetEmbedding = options.TargetVocabulary > 0
            ? new EmbeddingLayer(options.TargetVocabulary, options.Decoder.InputSize, "target_embedding.", layout) : null;
        Decoder = new RecurrentStack(options.WholeDecoder, "decoder.", layout, isa);
        int size = options.Decoder.OutputSize;
        Attention = options.Attention == AttentionKind.None ? null : new AttentionLayer(
            options.Attention, size, options.Encoder!.OutputSize, options.UnitsOfAttention, "attention.", layout, isa);
        _head = new DenseLayer(size, options.Outputs, "fc.", layout, isa);
        Weights = new ParameterSet(layout);
        var packed = new List<IPackedLayer>();
        packed.AddRange(Encoder?.Layers ?? []);
        packed.AddRange(Bridge is null ? [] : [Bridge]);
        packed.AddRange(Decoder.Layers);
        packed.AddRange(Attention is null ? [] : [Attention]);
        PackedLayers = [.. packed, _head];
    }

    /// <summary>What is computed.</summary>
    public EncoderDecoderOptions Options { get; }

    /// <summary>The weights, by name.</summary>
    public ParameterSet Weights { get; }

    internal RecurrentStack? Encoder { get; }

    internal RecurrentStack Decoder { get; }

    internal DenseLayer? Bridge { get; }

    internal AttentionLayer? Attention { get; }

    internal Isa Isa { get; }

    internal IReadOnlyList<IPackedLayer> PackedLayers { get; }

    /// <inheritdoc cref="MatrixPanels.NearFloats"/>
    internal int NearFloatsOfHead => _head.NearFloats;

    Isa ITrainedModel.Isa => Isa;

    IReadOnlyList<IPackedLayer> ITrainedModel.PackedLayers => PackedLayers;

    /// <summary>Draws weights as PyTorch does: recurrent and linear layers uniform, embeddings normal.</summary>
    public void Initialize(ulong seed) => Initialize(seed, RecurrentInitializers.PyTorch, Initializer.PyTorchEmbedding);

    /// <summary>Draws weights; each part has its own stream of the seed, so one does not change another.</summary>
    /// <param name="seed">The same seed gives the same bits.</param>
    /// <param name="recurrent">From the units of a layer to its initializers.</param>
    /// <param name="embedding">The embeddings'. Linear layers are drawn as PyTorch does.</param>
    public void Initialize(ulong seed, Func<int, RecurrentInitializers> recurrent, Initializer embedding)
    {
        ArgumentNullException.ThrowIfNull(recurrent);
        var random = new RandomStream(seed);
        _sourceEmbedding?.Initialize(Weights, embedding, random.Fork("source_embedding"));
        _targetEmbedding?.Initialize(Weights, embedding, random.Fork("target_embedding"));
        Bridge?.Initialize(Weights, DenseInitializers.PyTorch(Bridge.Inputs), random.Fork("bridge"));
        Attention?.Initialize(Weights, random.Fork("attention"));
        _head.Initialize(Weights, DenseInitializers.PyTorch(_head.Inputs), random.Fork("fc"));
        Initialize(Encoder?.Layers ?? [], random.Fork("encoder"));
        Initialize(Decoder.Layers, random.Fork("decoder"));
        Pack();

        void Initialize(RecurrentLayer[] layers, RandomStream stream)
        {
            for (int i = 0; i < layers.Length; i++)
            {
                layers[i].Initialize(Weights, recurrent(layers[i].Units), stream.Fork(i));
            }
        }
    }

    /// <summary>Takes over changed weights: before anything else runs, since some of what is computed reads them where they are.</summary>
    public void Pack() => ((ITrainedModel)this).PackAll();

    /// <summary>Reads one source after the other, and writes from each.</summary>
    /// <param name="sourceSteps">The largest S; 1 without an encoder.</param>
    /// <exception cref="ArgumentOutOfRangeException">sourceSteps is not positive.</exception>
    public EncoderDecoderSession CreateSession(int sourceSteps = 1) => new(this, sourceSteps);

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        Weights.Dispose();
        Encoder?.Dispose();
        Bridge?.Dispose();
        Decoder.Dispose();
        Attention?.Dispose();
        _head.Dispose();
    }

    /// <summary>Numbers of all initial states of one target: h of every layer, then c of those that have one.</summary>
    internal static int StatesOf(RecurrentOptions decoder)
    {
        int size = 0;
        for (int l = 0; l < decoder.HiddenSizes.Count; l++)
        {
            size += decoder.StateSize(l) + (decoder.Cell == CellKind.Lstm ? decoder.HiddenSizes[l] : 0);
        }

        return size;
    }
}
