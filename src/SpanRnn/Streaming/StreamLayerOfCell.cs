using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Streaming;

/// <summary>A recurrent layer with a given cell and format of its weights: one step of one sequence, and below it of many.</summary>
internal sealed class StreamLayer<TCell, TWeight> : StreamLayer where TCell : struct, ICell where TWeight : struct, IWeight
{
    private readonly Isa _isa;
    private readonly int _u; // floats of a row of units
    private readonly StreamWeights<TWeight> _weights;
    private readonly StreamWeights<TWeight>? _candidate;
    private readonly StreamDense<TWeight>? _projection;
    private readonly Slab _bias; // and after it the rows of a general cell's pointwise parameters
    private readonly CellSettings _settings;
    private readonly long _multiplyAdds; // of a call: a candidate's is a second one

    public StreamLayer(StreamSource source)
    {
        (InputSize, Units, StateSize) = (source.Inputs, source.Units, source.States);
        (_isa, _u, _settings) = (source.Isa.AtMost(source.Units), Block.Pad(source.Units), source.Settings);
        _weights = new(Units, TCell.Slots, _isa.Lanes, source.Input, source.State);
        if (StreamStep<TCell, TWeight>.HasCandidate)
        {
            _candidate = new(Units, 1, _isa.Lanes, source.Candidate, StreamMatrix.None);
        }

        if (source.Projection.Depth > 0)
        {
            _projection = new(StateSize, source.Projection, [], source.Isa);
        }

        _bias = Slab.RentForever(source.Bias.Length + source.Pointwise.Length);
        source.Bias.CopyTo(_bias.Span);
        source.Pointwise.CopyTo(_bias.Span[source.Bias.Length..]);
        if (TWeight.IsScaled)
        {
            // Scaled sums are added to it, one product of a cell more than the other: -0 + 0 would be a second zero.
            TensorPrimitives.Add(_bias.Span[..source.Bias.Length], 0f, _bias.Span);
        }

        Bytes = _weights.Bytes + (_candidate?.Bytes ?? 0) + (_projection?.Bytes ?? 0) + (long)source.Bias.Length * sizeof(float);
        long weights = ((long)TCell.InputGates * InputSize + (long)TCell.RecurrentGates * StateSize) * _u;
        _multiplyAdds = _weights.Groups == 1 ? 0 // a single group is not divided
            : _candidate is null ? weights : (weights + (long)_candidate.Inputs * _u) / 2;
        Zeros.Reserve(Math.Max(TCell.Slots * _u, Block.Pad(StateSize)));
    }

    public override int InputSize { get; }

    public override int Units { get; }

    public override int StateSize { get; }

    public override bool HasCellState => TCell.HasCellState;

    public override long Bytes { get; }

    public override StreamScratch Scratch => new(
        State: Math.Max(_u, Block.Pad(StateSize)),
        Cell: TCell.HasCellState ? _u : 0,
        A: TCell.Slots * _u,
        Gated: _candidate is null ? 0 : _u,
        Output: _projection is null ? 0 : _u,
        Partial: TWeight.IsScaled ? TCell.Slots * _u : TCell.HasExtra || _candidate is not null ? _u : 0);

    [MethodImpl(Hot.Loop)]
    public override void Step(ref float x, ref float h, ref float c, ref float next, ref float sums, bool backwards, WorkerTeam? team)
    {
        ref float output = ref _projection is null ? ref next : ref Unsafe.Add(ref c, _u);
        var step = new StreamStep<TCell, TWeight>
        {
            Panel = _weights.Panel(ref x, ref h),
            Bias = ref _bias.Origin,
            NextH = ref output,
            C = ref c,
            Sums = ref sums,
            Pointwise = Pointwise,
            Units = _u,
            Backwards = backwards,
        };
        if (team is null || !team.Divides(_multiplyAdds))
        {
            _isa.Run(ref step);
            if (StreamStep<TCell, TWeight>.HasCandidate)
            {
                StepCandidate(ref h, ref c, ref next);
            }
        }
        else
        {
            StepTogether(ref step, team);
        }

        _projection?.Step(ref output, ref next, team);
    }

    public override void StepRows(RowBuffers rows, int xStride, int count)
    {
        // At narrow vectors a gate's units of one block lie apart, those of a cell with one gate side by side.
        int state = Scratch.State, vector = TCell.Slots == 1 ? _isa.Lanes : Block.Size;
        var cells = new CellRows
        {
            A = ref rows.A,
            PreviousH = ref _projection is null ? ref rows.H : ref rows.Output,
            PreviousC = ref rows.C,
            NextH = ref _projection is null ? ref rows.Next : ref rows.Output,
            NextC = ref rows.C,
            Extra = ref rows.Partial, // for a tape, that is for nothing; a group's sums were taken before
            Gated = ref rows.Gated,
            Pointwise = Pointwise,
            Count = count,
            Units = _u,
            AStride = TCell.Slots * _u,
        };
        var step = new StreamRows<TCell, TWeight>
        {
            Weights = ref _weights.Origin,
            Bias = ref _bias.Origin,
            Scales = ref _weights.Scales,
            StateScales = _weights.StateScales,
            Input = Tiles(ref rows.X, xStride, InputSize, TCell.InputGates, vector),
            State = Tiles(ref rows.H, state, StateSize, TCell.RecurrentGates, vector),
            Rows = cells,
            Partial = ref rows.Partial,
            Zero = ref Zeros.Row(TCell.Slots * _u),
            Blocks = _weights.Blocks,
            BlocksOfGroup = _weights.BlocksOfGroup,
        };
        _isa.Run(ref step);
        if (_candidate is not null)
        {
            var second = new StreamRowsCandidate<TCell, TWeight>
            {
                Product = _candidate.Rows(ref rows.Gated, _u, ref rows.Partial, _u, count),
                Rows = cells,
            };
            _isa.Run(ref second);
        }

        _projection?.StepRows(ref rows.Output, _u, ref rows.Next, state, count);
    }

    private PointwiseRows Pointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TCell.PointwiseRows == 0 ? default : new() { Settings = ref _settings, Origin = ref Unsafe.Add(ref _bias.Origin, TCell.Slots * _u) };
    }

    private StreamTiles<TWeight> Tiles(ref float x, int xStride, int depth, int gates, int vector) => new()
    {
        X = ref x,
        XStride = xStride,
        Depth = depth,
        Gates = gates,
        Stride = TCell.Slots * _u,
        Vector = vector,
    };

    /// <summary>Apart from other cells' steps, which need not clear its operands.</summary>
    [MethodImpl(Hot.Loop)]
    private void StepCandidate(ref float h, ref float room, ref float next)
    {
        StreamCandidate<TCell, TWeight> second = Candidate(ref h, ref room, ref next);
        _isa.Run(ref second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private StreamCandidate<TCell, TWeight> Candidate(ref float h, ref float room, ref float next)
    {
        ref float gated = ref Unsafe.Add(ref room, TCell.Slots * _u);
        return new()
        {
            Panel = _candidate!.Panel(ref gated, ref gated),
            A = ref room,
            H = ref h,
            NextH = ref next,
            Pointwise = Pointwise,
            Units = _u,
        };
    }

    private void StepTogether(ref StreamStep<TCell, TWeight> step, WorkerTeam team)
    {
        var first = new StepPart { Step = step, Isa = _isa };
        team.RunStep(ref first, _weights.Groups);
        if (_candidate is not null)
        {
            var second = new CandidatePart { Step = Candidate(ref step.Panel.H, ref step.C, ref step.NextH), Isa = _isa };
            team.RunStep(ref second, _candidate.Groups);
        }
    }

    /// <summary>Some units of one step of one sequence.</summary>
    private ref struct StepPart : IPartedWork
    {
        public StreamStep<TCell, TWeight> Step;
        public Isa Isa;

        public readonly void Run(int part, int parts)
        {
            StreamStep<TCell, TWeight> own = Step;
            own.Panel.Take(part, parts);
            own.Sums = ref Unsafe.Add(ref own.Sums, part * StreamScratch.Sums);
            Isa.Run(ref own);
        }
    }

    /// <summary>Some units of a candidate.</summary>
    private ref struct CandidatePart : IPartedWork
    {
        public StreamCandidate<TCell, TWeight> Step;
        public Isa Isa;

        public readonly void Run(int part, int parts)
        {
            StreamCandidate<TCell, TWeight> own = Step;
            own.Panel.Take(part, parts);
            Isa.Run(ref own);
        }
    }
}
