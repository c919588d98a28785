using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Parameters;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>A recurrent layer with a given cell: forward, and its derivative directly below.</summary>
internal sealed partial class RecurrentLayer<TCell> : RecurrentLayer where TCell : struct, ICell
{
    /// <summary>From so many sequences on a step's products are worth their own pass over W.</summary>
    private const int FusedRows = 8;

    private readonly Isa _isa;
    private readonly GatePanels _input, _recurrent;
    private readonly GatePanels? _candidate, _projection;
    private readonly SlotPanels _inputBack, _recurrentBack;
    private readonly SlotPanels? _candidateBack, _projectionBack;
    private readonly Slab _bias; // and after it the rows of a general cell's pointwise parameters
    private readonly CellSettings _settings;
    private readonly int _u, _s, _a; // floats of a row of units, of a state, of pre-activations

    public RecurrentLayer(RecurrentOptions options, int index, bool reverse, string prefix, ParameterLayout layout, Isa isa)
        : base(TCell.Shape, options, index, reverse, prefix, layout)
    {
        (_isa, _u, _s) = (isa, Block.Pad(Units), Block.Pad(StateSize));
        _a = TCell.Slots * _u;
        _bias = Slab.Rent(_a + TCell.PointwiseRows * _u);
        _settings = CellChoice.Settings(options, reverse ? 1 : 0);
        (_input, _inputBack) = PanelsOf(Shape.Input, InputSize);
        (_recurrent, _recurrentBack) = PanelsOf(Shape.Recurrent, StateSize);
        if (Shape.Candidate is not null)
        {
            (_candidate, _candidateBack) = PanelsOf(Shape.Candidate, StateSize);
        }

        if (HasProjection)
        {
            _projection = new GatePanels([0], StateSize, Units);
            _projectionBack = new SlotPanels([0], StateSize, Units);
        }
    }

    public override void Forward(Timeline timeline, RowView x, LayerTape tape)
    {
        var part = new ForwardPart { Layer = this, Timeline = timeline, X = x, Tape = tape };
        WorkerTeam.Run(tape.Team, ref part, PartsOf(timeline, tape));
    }

    /// <summary>Forward for some of the sequences.</summary>
    private void Forward(Timeline timeline, RowView x, LayerTape tape, RowRange range)
    {
        // Few rows: W is read once for many steps. Many rows: W x is done tile by tile, right before R h.
        bool isFused = timeline.Longest > 0 && timeline.Active(0) >= FusedRows;
        int together = Math.Max(1, tape.RowsOfA / timeline.Batch), firstRow = 0;
        for (int t = 0; t < timeline.Longest && timeline.Active(t) > range.First; t++)
        {
            int row = timeline.Offset(t) + range.First;
            if (!isFused && t % together == 0)
            {
                firstRow = row;
                int rows = timeline.Offset(Math.Min(t + together, timeline.Longest)) - row;
                ref float a = ref At(ref tape.A, tape.IsForTraining ? row : 0, _a);
                FillSlotsWithoutInput(rows, ref a);
                _input.Multiply(_isa, ref At(ref x.Origin, row, x.Stride), x.Stride, rows, ref _bias.Origin, 0, ref a);
            }

            // Only training keeps the tape of every step.
            int kept = tape.IsForTraining ? row : isFused ? range.First : row - firstRow;
            CellRows cells = RowsAt(timeline, t, tape, kept, range);
            if (isFused)
            {
                StepFused(timeline, t, x, tape, cells, range.First);
            }
            else
            {
                Step(timeline, t, tape, cells);
            }

            _projection?.Multiply(
                _isa, ref cells.NextH, _u, cells.Count, ref Zeros.Row(_s), 0, ref At(ref tape.H, timeline.NextState(t) + range.First, _s));
        }
    }

    /// <summary>a[t] += R h[t-1], then the cell, each over all rows and units.</summary>
    private void Step(Timeline timeline, int t, LayerTape tape, CellRows cells)
    {
        _recurrent.Multiply(_isa, ref At(ref tape.H, timeline.PreviousState(t), _s), _s, cells.Count, ref cells.A, _a, ref cells.A, IsOdd(t));
        if (_candidate is not null)
        {
            var gate = new CellGate<TCell> { Rows = cells };
            _isa.Run(ref gate);
            _candidate.Multiply(_isa, ref cells.Gated, _u, cells.Count, ref cells.A, _a, ref cells.A, IsOdd(t));
        }

        var cell = new CellForward<TCell> { Rows = cells };
        _isa.Run(ref cell);
    }

    /// <summary>a[t] = W x[t] + b + R h[t-1] and the cell, a few rows and units at a time.</summary>
    private void StepFused(Timeline timeline, int t, RowView x, LayerTape tape, CellRows cells, int first)
    {
        ref float a = ref cells.A, input = ref At(ref x.Origin, timeline.Offset(t) + first, x.Stride);
        ref float h = ref At(ref tape.H, timeline.PreviousState(t) + first, _s);
        var pass = new LayerPass<TCell>
        {
            Input = _input.Product(ref input, x.Stride, cells.Count, ref _bias.Origin, 0, ref a),
            Recurrent = _recurrent.Product(ref h, _s, cells.Count, ref a, _a, ref a),
            Rows = cells,
            HasInput = true,
            Backwards = IsOdd(t),
            IsGate = _candidate is not null,
            Blocks = _u / Block.Size,
            BlocksOfPanel = _recurrent.BlocksOfPanel,
            Bias = ref _bias.Origin,
        };
        _isa.Run(ref pass);
        if (_candidate is not null)
        {
            var second = new LayerPass<TCell>
            {
                Recurrent = _candidate.Product(ref cells.Gated, _u, cells.Count, ref a, _a, ref a),
                Rows = cells,
                Blocks = _u / Block.Size,
                BlocksOfPanel = _candidate.BlocksOfPanel,
                Backwards = IsOdd(t),
            };
            _isa.Run(ref second);
        }
    }

    /// <summary>Every other step sweeps the weights backwards, so that it begins with those that are still in a near cache.</summary>
    private static bool IsOdd(int t) => (t & 1) == 1;

    /// <summary>The range's rows of step t: states by their slots, what the tape keeps from row <paramref name="kept"/> on.</summary>
    private CellRows RowsAt(Timeline timeline, int t, LayerTape tape, int kept, RowRange range)
    {
        int previous = timeline.PreviousState(t) + range.First, next = timeline.NextState(t) + range.First;
        ref float output = ref HasProjection ? ref At(ref tape.CellOutput, kept, _u) : ref At(ref tape.H, next, _s);
        return new CellRows
        {
            A = ref At(ref tape.A, kept, _a),
            PreviousH = ref HasProjection ? ref output : ref At(ref tape.H, previous, _s),
            PreviousC = ref At(ref tape.C, previous, _u),
            NextH = ref output,
            NextC = ref At(ref tape.C, next, _u),
            Extra = ref At(ref tape.Extra, kept, _u),
            Gated = ref At(ref tape.Gated, kept, _u),
            Pointwise = Pointwise,
            Count = range.Of(timeline.Active(t)),
            Units = _u,
        };
    }

    public override void Backward(
        Timeline timeline, RowView x, LayerTape tape, RowView dy, RowView dx, ParameterSet gradients, bool accumulate)
    {
        int parts = PartsOf(timeline, tape);
        var through = new BackwardPart { Layer = this, Timeline = timeline, Tape = tape, DY = dy };
        WorkerTeam.Run(tape.Team, ref through, parts);
        var sums = new GradientPart { Layer = this, Timeline = timeline, X = x, Tape = tape, DX = dx, Gradients = gradients, Accumulate = accumulate };
        WorkerTeam.Run(tape.Team, ref sums, IsWorthDividing(timeline) ? tape.Threads : 1);
    }

    /// <summary>Back through time for some of the sequences: the tape becomes da.</summary>
    private void Backward(Timeline timeline, LayerTape tape, RowView dy, RowRange range)
    {
        for (int t = timeline.Longest - 1; t >= 0; t--)
        {
            int rows = range.Of(timeline.Active(t)), row = timeline.Offset(t) + range.First, previous = timeline.PreviousState(t) + range.First;
            if (rows == 0)
            {
                continue;
            }

            ref float a = ref At(ref tape.A, row, _a), previousH = ref At(ref tape.H, previous, _s), dh = ref At(ref tape.DH, range.First, _s);
            ref float dGated = ref At(ref tape.DGated, range.First, _u);
            if (!dy.IsEmpty)
            {
                // Not the padding: one direction's rows share memory with other layers', whose strides differ.
                Rows.Add(ref At(ref dy.Origin, row, dy.Stride), dy.Stride, rows, ref dh, _s, StateSize);
            }

            ref float dOutput = ref dh;
            if (HasProjection)
            {
                dOutput = ref At(ref tape.DCellOutput, range.First, _u);
                Rows.Copy(ref dh, _s, rows, ref At(ref tape.DProjected, row, _s), _s, _s);
                _projectionBack!.Multiply(_isa, ref dh, rows, ref Zeros.Row(_u), 0, ref dOutput, _u);
            }

            var cell = new CellBackward<TCell>
            {
                A = ref a,
                PreviousH = ref HasProjection ? ref At(ref tape.CellOutput, row, _u) : ref previousH,
                PreviousC = ref At(ref tape.C, previous, _u),
                Extra = ref At(ref tape.Extra, row, _u),
                DNextH = ref dOutput,
                DPreviousH = ref dOutput,
                DC = ref At(ref tape.DC, range.First, _u),
                Pointwise = Pointwise,
                Rows = rows,
                Units = _u,
            };
            _isa.Run(ref cell);
            if (_candidate is not null)
            {
                _candidateBack!.Multiply(_isa, ref a, rows, ref Zeros.Row(_u), 0, ref dGated, _u, IsOdd(t));
                var gate = new CellGateBackward<TCell>
                {
                    A = ref a,
                    PreviousH = ref previousH,
                    DGated = ref dGated,
                    DPreviousH = ref dh,
                    Pointwise = Pointwise,
                    Rows = rows,
                    Units = _u,
                };
                _isa.Run(ref gate);
            }

            // dh[t-1] = the cell's own part + R' da[t]; a projected state has no such part
            ref float own = ref HasProjection ? ref Zeros.Row(_s) : ref dh;
            _recurrentBack.Multiply(_isa, ref a, rows, ref own, HasProjection ? 0 : _s, ref dh, _s, IsOdd(t));
        }
    }

    private PointwiseRows Pointwise => new() { Settings = ref _settings, Origin = ref Unsafe.Add(ref _bias.Origin, _a) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float At(ref float origin, int row, int stride) => ref Unsafe.Add(ref origin, (nint)row * stride);

    /// <summary>Slots that only the recurrent product adds to (a GRU's b_hn) start from their bias.</summary>
    private void FillSlotsWithoutInput(int rows, ref float a)
    {
        int filled = Shape.Input.FirstSlot + Shape.Input.Gates.Length;
        if (filled == TCell.Slots)
        {
            return;
        }

        int length = (TCell.Slots - filled) * Block.Size, stride = TCell.Slots * Block.Size;
        for (int block = 0; block < rows * (_u / Block.Size); block++)
        {
            int start = block % (_u / Block.Size) * stride + filled * Block.Size;
            _bias.Span.Slice(start, length).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref a, (nint)block * stride + filled * Block.Size), length));
        }
    }
}
