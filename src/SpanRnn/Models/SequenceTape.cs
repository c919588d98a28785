using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Models;

/// <summary>The planned memory of a <see cref="SequenceModel"/>'s runs: the layers' tape, the packed tokens, the head's rows.</summary>
internal sealed class SequenceTape : IDisposable
{
    private readonly Slab _memory;
    private readonly int[] _tokens;
    private readonly int _logits, _last, _dLast, _steps, _near, _nearFloats;
    private readonly SequenceModelOptions _options;

    public SequenceTape(SequenceModel model, int maxSteps, int maxBatch, bool training, WorkerTeam? team = null)
    {
        _options = model.Options;
        Stack = new StackTape(model.Stack, maxSteps, maxBatch, training, team);
        _tokens = model.TakesTokens ? new int[Stack.MaxRows] : [];
        var plan = new ArenaPlan();
        bool everyStep = _options.Head == Models.HeadInput.EveryStep;
        _logits = plan.Add((long)(everyStep ? Stack.MaxRows : maxBatch) * Block.Pad(_options.Outputs));
        _last = plan.Add(everyStep ? 0 : (long)maxBatch * LastStride);
        _dLast = plan.Add(everyStep || !training ? 0 : (long)maxBatch * LastStride);
        _steps = plan.Add(_options.Head == Models.HeadInput.MaxSteps ? (long)maxBatch * LastStride : 0);
        _nearFloats = training && team is null ? model.NearFloatsOfHead : 0;
        _near = plan.Add(_nearFloats);
        _memory = plan.Rent();
        Zeros.Reserve(LastStride);
    }

    public StackTape Stack { get; }

    public Timeline Timeline => Stack.Timeline;

    /// <summary>The tokens of the packed rows.</summary>
    public Span<int> Tokens => _tokens.AsSpan(0, Timeline.Rows);

    /// <summary>What the head reads: the last layer's output, or its last steps.</summary>
    public RowView HeadInput => _options.Head == Models.HeadInput.EveryStep ? Stack.Output : Last;

    /// <summary>Logits of packed rows, or of sequences in sorted order; the loss replaces them by its gradients.</summary>
    public RowView Logits => new(
        ref At(_logits), _options.Head == Models.HeadInput.EveryStep ? Timeline.Rows : Timeline.Batch, Block.Pad(_options.Outputs));

    /// <summary>What the head reads of each whole sequence, in sorted order: the last step of each direction, or all steps pooled.</summary>
    public RowView Last => new(ref At(_last), Timeline.Batch, LastStride);

    /// <summary>The step that each number of a maximum comes from.</summary>
    public RowView StepOfMaximum => new(ref At(_steps), Timeline.Batch, LastStride);

    /// <summary>Room for the head's near panels, for training by one thread: see <see cref="MatrixPanels"/>.</summary>
    public Span<float> Near => _memory.Span.Slice(_near, _nearFloats);

    public RowView DLast => new(ref At(_dLast), Timeline.Batch, LastStride);

    private int LastStride => Block.Pad(_options.Recurrent.OutputSize);

    /// <summary>Rows of the user's outputs and targets.</summary>
    public int UserRows => _options.Head == Models.HeadInput.EveryStep ? Timeline.Steps * Timeline.Batch : Timeline.Batch;

    /// <summary>For each row of the logits the user's row: t * B + b, or the sequence.</summary>
    public ReadOnlySpan<int> UserRowsOfLogits =>
        _options.Head == Models.HeadInput.EveryStep ? Timeline.UserRows : Timeline.Order;

    /// <summary>Takes the shape of a batch, and its initial states: empty for zeros.</summary>
    public void Begin(
        SequenceModel model, int steps, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<float> hidden = default, ReadOnlySpan<float> cell = default)
    {
        Timeline.Set(steps, batch, lengths);
        StackStates.Set(model.Stack, Stack, StackStates.Part.Hidden, hidden);
        StackStates.Set(model.Stack, Stack, StackStates.Part.Cell, cell);
    }

    public void Dispose()
    {
        Stack.Dispose();
        _memory.Dispose();
    }

    private ref float At(int offset) => ref System.Runtime.CompilerServices.Unsafe.Add(ref _memory.Origin, offset);
}
