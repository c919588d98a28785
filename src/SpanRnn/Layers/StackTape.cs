using SpanRnn.Kernels;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>What a stack of recurrent layers remembers of a run: planned once from the largest T and B, reused for any smaller batch.</summary>
internal sealed class StackTape : IDisposable
{
    private readonly Slab _memory;
    private readonly Slab? _shared; // by the layers, in turns
    private readonly int _mirrored, _dOutput, _dInput, _dForward, _dReverse, _dMirrored;
    private readonly int[] _input, _output, _mask;
    private readonly RecurrentOptions _options;

    public StackTape(RecurrentStack stack, int maxSteps, int maxBatch, bool training, WorkerTeam? team = null)
    {
        Team = team;
        RecurrentOptions options = _options = stack.Options;
        Timeline = new Timeline(maxSteps, maxBatch, options.Direction == Direction.Reverse);
        IsForTraining = training;
        int rows = checked(maxSteps * maxBatch), layers = options.HiddenSizes.Count, widest = Block.Pad(options.InputSize);
        var plan = new ArenaPlan();
        (_input, _output, _mask) = (new int[layers], new int[layers], new int[layers]);
        _shared = training && team is null ? Slab.RentUntouched(LayerTape.FloatsToShare(stack.Layers)) : null;
        Layers = new LayerTape[stack.Layers.Length];
        for (int l = 0; l < layers; l++)
        {
            int input = Block.Pad(options.InputSizeOf(l)), output = Block.Pad(options.OutputSizeOf(l));
            widest = Math.Max(widest, Math.Max(input, output));
            bool dropsBelow = training && l > 0 && options.Dropout > 0f;
            _input[l] = l == 0 || dropsBelow ? plan.Add((long)rows * input) : -1;
            _mask[l] = dropsBelow ? plan.Add((long)(options.VariationalDropout ? maxBatch : rows) * input) : -1;
            _output[l] = options.Bidirectional ? plan.Add((long)rows * output) : -1;
            for (int d = 0; d < options.Directions; d++)
            {
                Layers[l * options.Directions + d] = new LayerTape(stack.Layers[l * options.Directions + d], rows, maxBatch, training, team, _shared);
            }
        }

        // The reversed input is kept for every layer, since its weights' gradients need it.
        _mirrored = options.Bidirectional ? plan.Add((long)layers * rows * widest) : -1;
        if (training)
        {
            _dOutput = plan.Add((long)rows * widest);
            _dInput = plan.Add((long)rows * widest);
            if (options.Bidirectional)
            {
                _dForward = plan.Add((long)rows * widest);
                _dReverse = plan.Add((long)rows * widest);
                _dMirrored = plan.Add((long)rows * widest);
            }
        }

        (MaxRows, Widest) = (rows, widest);
        _memory = plan.Rent();
        Zeros.Reserve(4 * widest);
    }

    public Timeline Timeline { get; }

    public bool IsForTraining { get; }

    /// <summary>The threads that share the work of runs on this tape; null for one.</summary>
    public WorkerTeam? Team { get; }

    public int MaxRows { get; }

    public int Widest { get; }

    /// <summary>The memory of the stack's and all layers' tapes.</summary>
    public long Bytes => _memory.Bytes + (_shared?.Bytes ?? 0) + Layers.Sum(layer => layer.Bytes);

    /// <summary>One tape for each layer and direction: index layer * directions + direction.</summary>
    public LayerTape[] Layers { get; }

    /// <summary>The packed input of the first layer, to be written before a forward run.</summary>
    public RowView Input => Rows(_input[0], Block.Pad(_options.InputSize));

    /// <summary>The packed output of the last layer; of an earlier run, if the last one's output went elsewhere.</summary>
    public RowView Output => OutputOf(_output.Length - 1);

    /// <summary>Room for the packed gradient of the last layer's output, which a backward run may be given.</summary>
    public RowView DOutput => Rows(_dOutput, Block.Pad(_options.OutputSize));

    /// <summary>Room for the packed gradient of the first layer's input, which a backward run may be told to write.</summary>
    public RowView DInput => DInputOf(0);

    /// <summary>The packed input of a layer: its own rows after dropout, or the output of the layer below.</summary>
    internal RowView InputOf(int layer) =>
        _input[layer] >= 0 ? Rows(_input[layer], Block.Pad(_options.InputSizeOf(layer))) : OutputOf(layer - 1);

    /// <summary>The packed output of a layer: its hidden states, or both directions side by side.</summary>
    internal RowView OutputOf(int layer)
    {
        int stride = Block.Pad(_options.OutputSizeOf(layer));
        if (_output[layer] >= 0)
        {
            return Rows(_output[layer], stride);
        }

        ref float states = ref Layers[layer].H;
        return new RowView(ref System.Runtime.CompilerServices.Unsafe.Add(ref states, Timeline.Batch * stride), Timeline.Rows, stride);
    }

    /// <summary>The layer's input with time reversed.</summary>
    internal RowView MirroredInputOf(int layer) =>
        Rows(_mirrored + layer * MaxRows * Widest, Block.Pad(_options.InputSizeOf(layer)));

    /// <summary>The dropout mask below a layer, if it has one.</summary>
    internal RowView MaskOf(int layer)
    {
        int stride = Block.Pad(_options.InputSizeOf(layer));
        return _mask[layer] < 0 ? default
            : new RowView(ref At(_mask[layer]), _options.VariationalDropout ? Timeline.Batch : Timeline.Rows, stride);
    }

    /// <summary>The gradient of a layer's input. Two buffers take turns: one layer's input is the other's output.</summary>
    internal RowView DInputOf(int layer) => Rows(TurnOf(layer) ? _dInput : _dOutput, Block.Pad(_options.InputSizeOf(layer)));

    internal RowView DOutputOf(int layer) => Rows(TurnOf(layer) ? _dOutput : _dInput, Block.Pad(_options.OutputSizeOf(layer)));

    /// <summary>One direction's part of the gradient of a bidirectional layer's output.</summary>
    internal RowView DDirection(int layer, int direction) =>
        Rows(direction == 0 ? _dForward : _dReverse, Block.Pad(_options.StateSize(layer)));

    /// <summary>The reversed gradient of a layer's input from the reverse direction.</summary>
    internal RowView DMirrored(int layer) => Rows(_dMirrored, Block.Pad(_options.InputSizeOf(layer)));

    public void Dispose()
    {
        _memory.Dispose();
        _shared?.Dispose();
        foreach (LayerTape layer in Layers)
        {
            layer.Dispose();
        }
    }

    private bool TurnOf(int layer) => (_output.Length - 1 - layer) % 2 == 0;

    private RowView Rows(int offset, int stride) => new(ref At(offset), Timeline.Rows, stride);

    private ref float At(int offset) => ref System.Runtime.CompilerServices.Unsafe.Add(ref _memory.Origin, offset);
}
