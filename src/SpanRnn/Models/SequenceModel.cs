using System.Numerics.Tensors;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Streaming;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>[Embedding] -> recurrent layers -> dense head, with its weights in one arena: what a trainer trains and sessions run.</summary>
/// <remarks>
/// Tensor names are those of the tutorials' PyTorch modules: <c>embedding.weight</c>, <c>rnn.weight_ih_l0</c>, ..., <c>fc.weight</c>,
/// <c>fc.bias</c>. After changing <see cref="Weights"/> by hand, call <see cref="Pack"/>. Sessions step
/// with frozen weights: see <see cref="Freeze"/>.
/// </remarks>
public sealed class SequenceModel : ITrainedModel, IDisposable
{
    private readonly EmbeddingLayer? _embedding;
    private readonly DenseLayer _head;
    private FrozenModel? _frozen;

    /// <summary>A model with zero weights; <see cref="Initialize(ulong)"/> or load them.</summary>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public SequenceModel(SequenceModelOptions options) : this(options, Isa.Best)
    {
    }

    internal SequenceModel(SequenceModelOptions options, Isa isa)
    {
        options.Validate();
        Options = options;
        var layout = new ParameterLayout();
        _embedding = options.Vocabulary > 0 ? new EmbeddingLayer(options.Vocabulary, options.Recurrent.InputSize, "embedding.", layout) : null;
        Stack = new RecurrentStack(options.Recurrent, "rnn.", layout, isa);
        _head = new DenseLayer(options.Recurrent.OutputSize, options.Outputs, "fc.", layout, isa);
        Weights = new ParameterSet(layout);
        PackedLayers = [.. Stack.Layers, _head];
        Isa = isa;
    }

    /// <summary>What is computed.</summary>
    public SequenceModelOptions Options { get; }

    /// <summary>The weights, by name.</summary>
    public ParameterSet Weights { get; }

    /// <summary>Whether inputs are tokens rather than numbers.</summary>
    public bool TakesTokens => _embedding is not null;

    internal RecurrentStack Stack { get; }

    internal Isa Isa { get; }

    internal IReadOnlyList<IPackedLayer> PackedLayers { get; }

    /// <inheritdoc cref="MatrixPanels.NearFloats"/>
    internal int NearFloatsOfHead => _head.NearFloats;

    Isa ITrainedModel.Isa => Isa;

    IReadOnlyList<IPackedLayer> ITrainedModel.PackedLayers => PackedLayers;

    void ITrainedModel.Changed() => _frozen = null;

    /// <summary>Draws weights as PyTorch does: recurrent and linear layers uniform, embeddings normal.</summary>
    public void Initialize(ulong seed) => Initialize(
        seed, RecurrentInitializers.PyTorch, DenseInitializers.PyTorch(Options.Recurrent.OutputSize), Initializer.PyTorchEmbedding);

    /// <summary>Draws weights; each tensor has its own stream of the seed, so one does not change another.</summary>
    /// <param name="seed">The same seed gives the same bits.</param>
    /// <param name="recurrent">From the units of a layer to its initializers.</param>
    /// <param name="head">The dense head's.</param>
    /// <param name="embedding">The embedding's.</param>
    public void Initialize(ulong seed, Func<int, RecurrentInitializers> recurrent, DenseInitializers head, Initializer embedding)
    {
        var random = new RandomStream(seed);
        _embedding?.Initialize(Weights, embedding, random.Fork("embedding"));
        for (int i = 0; i < Stack.Layers.Length; i++)
        {
            Stack.Layers[i].Initialize(Weights, recurrent(Stack.Layers[i].Units), random.Fork("rnn").Fork(i));
        }

        _head.Initialize(Weights, head, random.Fork("fc"));
        Pack();
    }

    /// <summary>Takes over changed weights: before anything else runs, since some of what is computed reads them where they are.</summary>
    public void Pack() => ((ITrainedModel)this).PackAll();

    /// <inheritdoc cref="Recurrent.FlipUpdateGate"/>
    public void FlipUpdateGate()
    {
        foreach (RecurrentLayer layer in Stack.Layers)
        {
            layer.FlipUpdateGate(Weights);
        }

        Pack();
    }

    /// <summary>The weights as they are now, packed for single steps: immutable, shared by any number of sessions and threads.</summary>
    /// <remarks>Call it on the thread that changes the weights; whatever it returns is for all threads.</remarks>
    /// <param name="format">How they are kept.</param>
    /// <exception cref="InvalidOperationException">The model is bidirectional or runs in reverse, and so cannot be stepped.</exception>
    /// <exception cref="ArgumentException">A weight is no finite number, and <see cref="WeightFormat.Int8"/> needs one.</exception>
    public FrozenModel Freeze(WeightFormat format = WeightFormat.Float32) =>
        new(_embedding?.Freeze(Weights, format, Isa), Stack.Freeze(Weights, format), _head.Freeze(Weights, format), Options);

    /// <summary>A state of its own, to be stepped with the weights as they were packed or trained last; later changes do not reach it.</summary>
    /// <exception cref="InvalidOperationException">The model is bidirectional or runs in reverse: it needs the end of a sequence before its start.</exception>
    /// <param name="team">Threads that share the steps of layers and heads large enough to gain by it, with the same bits; null for the caller's alone.</param>
    public SequenceSession CreateSession(WorkerTeam? team = null) => (_frozen ??= Freeze()).CreateSession(team);

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        Weights.Dispose();
        Stack.Dispose();
        _head.Dispose();
    }

    internal void SetInput(SequenceTape tape, ReadOnlySpan<int> tokens)
    {
        EmbeddingLayer embedding = _embedding ?? throw new InvalidOperationException("The model takes numbers, not tokens: it has no embedding.");
        Checks.Length("tokens", tokens.Length, (long)tape.Timeline.Steps * tape.Timeline.Batch, $"[T {tape.Timeline.Steps}, B {tape.Timeline.Batch}]");
        embedding.Check(tokens);
        Span<int> packed = tape.Tokens;
        for (int row = 0; row < packed.Length; row++)
        {
            packed[row] = tokens[tape.Timeline.UserRows[row]];
        }

        embedding.Forward(Weights, packed, tape.Stack.Input, tape.Stack.Team);
    }

    internal void SetInput(SequenceTape tape, ReadOnlySpan<float> x)
    {
        if (_embedding is not null)
        {
            throw new InvalidOperationException("The model takes tokens, not numbers: it has an embedding.");
        }

        int size = Options.Recurrent.InputSize;
        Checks.Length("x", x.Length, (long)tape.Timeline.Steps * tape.Timeline.Batch * size, $"[T {tape.Timeline.Steps}, B {tape.Timeline.Batch}, I {size}]");
        RowView input = tape.Stack.Input;
        for (int row = 0; row < input.Count; row++)
        {
            x.Slice(tape.Timeline.UserRows[row] * size, size).CopyTo(input[row, size]);
        }
    }

    /// <summary>From the tape's input and initial states to its logits.</summary>
    internal void Forward(SequenceTape tape, RandomStream? dropout)
    {
        Stack.Forward(tape.Stack, dropout);
        switch (Options.Head)
        {
            case HeadInput.LastStep: CopyLastSteps(tape); break;
            case HeadInput.MeanSteps: StepPooling.Mean(tape.Timeline, tape.Stack.Output, tape.Last); break;
            case HeadInput.MaxSteps: StepPooling.Max(Isa, tape.Timeline, tape.Stack.Output, tape.Last, tape.StepOfMaximum); break;
        }

        _head.Forward(tape.HeadInput, tape.Logits, tape.Stack.Team, tape.Near);
    }

    /// <summary>
    /// From d loss / d logits, in the place of the logits, to the weights' gradients; of the layers that are updated at once they are not kept.
    /// </summary>
    internal void Backward(SequenceTape tape, ParameterSet gradients, bool accumulate, IWeightUpdate? update = null)
    {
        bool everyStep = Options.Head == HeadInput.EveryStep;
        RowView dOutput = tape.Stack.DOutput, dHead = everyStep ? dOutput : tape.DLast;
        _head.Backward(tape.HeadInput, tape.Logits, dHead, gradients, accumulate, tape.Stack.Team, update, tape.Near);
        StackStates.Set(Stack, tape.Stack, StackStates.Part.HiddenGradient, []);
        StackStates.Set(Stack, tape.Stack, StackStates.Part.CellGradient, []);
        switch (Options.Head)
        {
            case HeadInput.LastStep:
                SpreadLastSteps(tape);
                dOutput = default; // the final states have all of it
                break;
            case HeadInput.MeanSteps: StepPooling.MeanBackward(tape.Timeline, dHead, dOutput); break;
            case HeadInput.MaxSteps: StepPooling.MaxBackward(Isa, tape.Timeline, dHead, tape.StepOfMaximum, dOutput); break;
        }

        Stack.Backward(tape.Stack, dOutput, _embedding is null ? default : tape.Stack.DInput, gradients, accumulate, wantsStates: false, update);
        _embedding?.Backward(tape.Tokens, tape.Stack.DInput, gradients, accumulate, tape.Stack.Team);
    }

    private void CopyLastSteps(SequenceTape tape)
    {
        RecurrentOptions options = Options.Recurrent;
        int size = options.StateSize(options.HiddenSizes.Count - 1);
        for (int b = 0; b < tape.Timeline.Batch; b++)
        {
            Span<float> last = tape.Last[b, options.OutputSize];
            FinalState(tape, 0, b, size).CopyTo(last);
            if (options.Bidirectional)
            {
                Span<float> reverse = FinalState(tape, 1, b, size);
                switch (options.Merge)
                {
                    case MergeMode.Concat: reverse.CopyTo(last[size..]); break;
                    case MergeMode.Multiply: TensorPrimitives.Multiply(last, reverse, last); break;
                    default: TensorPrimitives.Add(last, reverse, last); break;
                }

                if (options.Merge == MergeMode.Average)
                {
                    TensorPrimitives.Multiply(last, 0.5f, last);
                }
            }
        }
    }

    private void SpreadLastSteps(SequenceTape tape)
    {
        RecurrentOptions options = Options.Recurrent;
        int size = options.StateSize(options.HiddenSizes.Count - 1), directions = options.Directions;
        for (int d = 0; d < directions; d++)
        {
            ref float dh = ref tape.Stack.Layers[^(directions - d)].DH;
            for (int b = 0; b < tape.Timeline.Batch; b++)
            {
                Span<float> dLast = tape.DLast[b, options.OutputSize], to = Rows.Row(ref dh, b, Block.Pad(size), size);
                dLast.Slice(options.Merge == MergeMode.Concat ? d * size : 0, size).CopyTo(to);
                if (directions == 2 && options.Merge == MergeMode.Multiply)
                {
                    TensorPrimitives.Multiply(to, FinalState(tape, 1 - d, b, size), to);
                }
                else if (directions == 2 && options.Merge == MergeMode.Average)
                {
                    TensorPrimitives.Multiply(to, 0.5f, to);
                }
            }
        }
    }

    /// <summary>The last layer's state after the last step of a direction, of the sequence at sorted place b.</summary>
    private Span<float> FinalState(SequenceTape tape, int direction, int b, int size) => Rows.Row(
        ref tape.Stack.Layers[^(Options.Recurrent.Directions - direction)].H, tape.Timeline.FinalState(b), Block.Pad(size), size);
}
