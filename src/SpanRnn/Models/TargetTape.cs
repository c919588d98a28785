using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>The planned memory of a batch of targets: the decoder's tape, contexts, initial states, attention, the head's rows.</summary>
/// <remarks>
/// In training the decoder's rows are the steps of all targets. When it writes, they are one step of several rows: a target each, or
/// (<see cref="SharesSource"/>) several hypotheses of one source.
/// </remarks>
internal sealed class TargetTape : IDisposable
{
    private readonly EncoderDecoder _model;
    private readonly Slab _memory;
    private readonly int[] _tokens;
    private readonly int _logits, _context, _bridge, _dContext, _dBridge, _near, _nearFloats;
    private readonly Timeline? _hypotheses;

    /// <param name="model">Whose.</param>
    /// <param name="maxSource">Steps of a source.</param>
    /// <param name="maxSteps">Steps of a target; 1 to write step by step.</param>
    /// <param name="maxRows">Targets, or hypotheses.</param>
    /// <param name="training">Whether it must serve backward too.</param>
    /// <param name="sharesSource">Whether all rows belong to the first source.</param>
    /// <param name="team">Threads that share the work of runs on this tape; null for one.</param>
    public TargetTape(
        EncoderDecoder model, int maxSource, int maxSteps, int maxRows, bool training, bool sharesSource = false,
        WorkerTeam? team = null)
    {
        (_model, SharesSource) = (model, sharesSource);
        EncoderDecoderOptions options = model.Options;
        Stack = new StackTape(model.Decoder, maxSteps, maxRows, training, team);
        _tokens = new int[Stack.MaxRows];
        _hypotheses = sharesSource ? new Timeline(maxRows, 1) : null;
        Attention = model.Attention is null ? null : new AttentionTape(
            model.Attention, maxSource, sharesSource ? maxRows : maxSteps, sharesSource ? 1 : maxRows, training);
        int context = Block.Pad(options.ContextSize), bridge = Block.Pad(model.Bridge?.Outputs ?? 0);
        var plan = new ArenaPlan();
        _logits = plan.Add((long)Stack.MaxRows * Block.Pad(options.Outputs));
        _context = plan.Add((long)maxRows * context);
        _bridge = plan.Add((long)maxRows * bridge);
        _dContext = plan.Add(training ? 2L * maxRows * context : 0);
        _dBridge = plan.Add(training ? (long)maxRows * bridge : 0);
        _nearFloats = training && team is null ? model.NearFloatsOfHead : 0;
        _near = plan.Add(_nearFloats);
        _memory = plan.Rent();
        Zeros.Reserve(Math.Max(Math.Max(context, bridge), Math.Max(Block.Pad(options.Outputs), Block.Pad(options.Decoder.OutputSize))));
    }

    public StackTape Stack { get; }

    public AttentionTape? Attention { get; }

    public bool SharesSource { get; }

    public Timeline Timeline => Stack.Timeline;

    /// <summary>The rows as attention sees them: by source.</summary>
    public Timeline AttentionRows => _hypotheses ?? Timeline;

    /// <summary>The tokens that the packed rows read.</summary>
    public Span<int> Tokens => _tokens.AsSpan(0, Timeline.Rows);

    /// <summary>What the head reads.</summary>
    public RowView HeadInput => Attention is null ? Stack.Output : Attention.Output(Timeline.Rows);

    public RowView DHeadInput => Attention is null ? Stack.DOutput : Attention.DOutput(Timeline.Rows);

    /// <summary>Outputs of the packed rows; the loss replaces them by its gradients.</summary>
    public RowView Logits => At(_logits, Timeline.Rows, _model.Options.Outputs);

    /// <inheritdoc cref="SequenceTape.Near"/>
    public Span<float> Near => _memory.Span.Slice(_near, _nearFloats);

    /// <summary>The contexts, in the decoder's order.</summary>
    public RowView Context => At(_context, Timeline.Batch, _model.Options.ContextSize);

    public RowView DContext => At(_dContext, Timeline.Batch, _model.Options.ContextSize);

    /// <summary>The bridge's part of it.</summary>
    public RowView DContextOfBridge => At(_dContext + Timeline.MaxBatch * DContext.Stride, Timeline.Batch, _model.Options.ContextSize);

    /// <summary>All initial states of a sequence: h of every layer, then c of every layer.</summary>
    public RowView Bridge => At(_bridge, Timeline.Batch, _model.Bridge?.Outputs ?? 0);

    public RowView DBridge => At(_dBridge, Timeline.Batch, _model.Bridge?.Outputs ?? 0);

    /// <summary>Takes the shape of a batch.</summary>
    public void Begin(int steps, int rows, ReadOnlySpan<int> lengths)
    {
        Timeline.Set(steps, rows, lengths);
        _hypotheses?.Set(rows, 1, []);
    }

    /// <summary>The user's source of the row at a sorted place.</summary>
    public int SourceOf(int place) => SharesSource ? 0 : Timeline.Order[place];

    public void Dispose()
    {
        Stack.Dispose();
        Attention?.Dispose();
        _memory.Dispose();
    }

    private RowView At(int offset, int rows, int size) => new(ref Unsafe.Add(ref _memory.Origin, offset), rows, Block.Pad(size));
}
