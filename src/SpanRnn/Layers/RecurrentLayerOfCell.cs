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

    /// <summary>Bytes of the states of all steps that a near cache does not hold beside the weights.</summary>
    private const int FarStates = 512 << 10;

    private readonly Isa _isa;
    private readonly MatrixPanels _input, _recurrent;
    private readonly MatrixPanels? _candidate, _projection;
    private readonly Slab _bias; // and after it the rows of a general cell's pointwise parameters
    private readonly CellSettings _settings;
    private readonly int _u, _s, _a, _apart; // floats of a row of units, of a state, of pre-activations, and from one row of these to the next

    public RecurrentLayer(RecurrentOptions options, int index, bool reverse, string prefix, ParameterLayout layout, Isa isa)
        : base(TCell.Shape, options, index, reverse, prefix, layout)
    {
        (_isa, _u, _s) = (isa, Block.Pad(Units), Block.Pad(StateSize));
        _a = TCell.Slots * _u;
        _apart = Block.Apart(Block.Count(Units), TCell.Slots);
        _bias = Slab.Rent(_a + TCell.PointwiseRows * _u);
        _settings = CellChoice.Settings(options, reverse ? 1 : 0);
        _input = PanelsOf(InputTensor, Shape.Input, InputSize);
        _recurrent = PanelsOf(RecurrentTensor, Shape.Recurrent, StateSize);
        _candidate = Shape.Candidate is null ? null : PanelsOf(RecurrentTensor, Shape.Candidate, StateSize);
        _projection = HasProjection ? new MatrixPanels(isa, ProjectionTensor, [0], StateSize, Units) : null;
    }

    public override void Forward(Timeline timeline, RowView x, LayerTape tape, OutputRows output = default)
    {
        Check(tape, output);
        bool isFromRows = BeginForward(timeline, tape);
        LookAtInitialStates(timeline, tape);
        LayerDivision division = DivisionOf(timeline, tape);
        var part = new ForwardPart
        {
            Layer = this,
            Timeline = timeline,
            X = x,
            Tape = tape,
            Output = output,
            ByUnits = division.ByUnits,
            IsFromRows = isFromRows,
        };
        WorkerTeam.Run(tape.Team, ref part, division.Parts);
        KeepFinalStates(timeline, tape, output);
    }

    public override void ForwardAlone(Timeline timeline, RowView x, LayerTape tape, OutputRows output = default)
    {
        Check(tape, output);
        BeginForward(timeline, tape); // with a team: all panels
        LookAtInitialStates(timeline, tape);
        Forward(timeline, x, tape, output, PartOf(timeline, tape, byUnits: false, 0, 1), isFromRows: false);
        KeepFinalStates(timeline, tape, output);
    }

    private void LookAtInitialStates(Timeline timeline, LayerTape tape) =>
        tape.StartsFromZero = !MemoryMarshal.CreateReadOnlySpan(ref tape.H, timeline.Batch * _s).ContainsAnyExcept(0f);

    /// <summary>Whether h[t-1] is zero for all sequences, and so R h is.</summary>
    private static bool IsFromZero(int t, LayerTape tape) => t == 0 && tape.StartsFromZero;

    /// <summary>Forward for some of the sequences, or some of the units of all.</summary>
    private void Forward(Timeline timeline, RowView x, LayerTape tape, OutputRows output, LayerPart part, bool isFromRows)
    {
        var hidden = new HiddenRows(tape, timeline, _s, output);
        // Few rows: W is read once for many steps. Many rows: W x is done tile by tile, right before R h.
        bool isFused = timeline.Longest > 0 && timeline.Active(0) >= FusedRows && part.Barrier is null;
        int together = Math.Max(1, tape.RowsOfA / timeline.Batch), firstSequence = part.Sequences.First;
        InputWindow window = default;
        for (int t = 0; t < timeline.Longest && timeline.Active(t) > firstSequence; t++)
        {
            int row = timeline.Offset(t) + firstSequence;
            if (!isFused && t % together == 0)
            {
                int rows = timeline.Offset(Math.Min(t + together, timeline.Longest)) - row;
                window = new(row, rows, timeline.Batch == 1 ? RowsAhead(part) : 0);
                if (isFromRows)
                {
                    InputProductsOnce(x, tape, window, part);
                }
                else
                {
                    InputProducts(x, tape, window, 0, window.Ahead == 0 ? rows : Math.Min(window.Ahead, rows), part);
                }
            }

            if (tape.UsesSharedPanels && t == (tape.StartsFromZero ? 1 : 0))
            {
                PackRecurrent(tape);
            }

            // Only training keeps the tape of every step.
            int kept = tape.IsForTraining ? row : isFused ? firstSequence : row - window.First;
            CellRows cells = RowsAt(timeline, t, tape, hidden, kept, part.Sequences);
            if (isFused)
            {
                StepFused(timeline, t, x, tape, hidden, cells, firstSequence);
            }
            else
            {
                Step(timeline, t, x, tape, hidden, cells, window, part);
            }

            if (_projection is not null)
            {
                part.Meet(); // each number of h is a sum over all units' outputs
                ref float h = ref hidden.After(t, firstSequence);
                _projection.Forward.Product(ref cells.NextH, _u, cells.Count, ref Zeros.Row(_s), 0, ref h).Run(_isa, part.States);
            }

            part.Meet(); // the next step reads all of h
        }
    }

    /// <summary>a[t] += R h[t-1], then the cell, each over all rows and the part's units.</summary>
    private void Step(Timeline timeline, int t, RowView x, LayerTape tape, HiddenRows hidden, CellRows cells, InputWindow window, LayerPart part)
    {
        Product recurrent = OfStep(t, RecurrentProduct(_recurrent, tape, ref hidden.Before(t, 0), hidden.StrideBefore(t), cells.Count, ref cells.A));
        bool isFromZero = IsFromZero(t, tape);
        if (window.Ahead > 0)
        {
            RunAhead(recurrent, isFromZero, x, tape, window, timeline.Offset(t) - window.First, part);
        }
        else if (!isFromZero)
        {
            recurrent.Run(_isa, part.Units);
        }

        if (_candidate is not null)
        {
            var gate = new CellGate<TCell> { Rows = cells, Blocks = part.Units };
            _isa.Run(ref gate);
            if (!isFromZero)
            {
                part.Meet(); // the candidate's sums are over all units
                OfStep(t, RecurrentProduct(_candidate, tape, ref cells.Gated, _u, cells.Count, ref cells.A)).Run(_isa, part.Units);
            }
        }

        var cell = new CellForward<TCell> { Rows = cells, Blocks = part.Units };
        _isa.Run(ref cell);
    }

    /// <summary>a[t] = W x[t] + b + R h[t-1] and the cell, a few rows and units at a time.</summary>
    private void StepFused(Timeline timeline, int t, RowView x, LayerTape tape, HiddenRows hidden, CellRows cells, int first)
    {
        bool isFar = (long)timeline.Rows * _s * sizeof(float) > FarStates && !HasProjection;
        ref float a = ref cells.A, input = ref At(ref x.Origin, timeline.Offset(t) + first, x.Stride);
        ref float h = ref hidden.Before(t, first);
        var pass = new LayerPass<TCell>
        {
            Input = _input.Forward.Product(ref input, x.Stride, cells.Count, ref _bias.Origin, 0, ref a),
            Recurrent = OfStep(t, RecurrentProduct(_recurrent, tape, ref h, hidden.StrideBefore(t), cells.Count, ref a)),
            Rows = cells,
            HasInput = true,
            IsGate = _candidate is not null,
            IsDense = !tape.IsForTraining && _candidate is null,
            IsFar = isFar,
            Blocks = _u / Block.Size,
            BlocksOfPanel = _recurrent.Forward.BlocksOfPanel,
            Bias = ref _bias.Origin,
        };
        if (IsFromZero(t, tape))
        {
            pass.Recurrent.RunLength = 0;
        }
        else if (tape.IsForTraining && t + 1 < timeline.Longest)
        {
            AskForRows(ref pass.Recurrent, timeline, t + 1, tape, first);
        }

        _isa.Run(ref pass);
        if (_candidate is not null)
        {
            var second = new LayerPass<TCell>
            {
                Recurrent = OfStep(t, RecurrentProduct(_candidate, tape, ref cells.Gated, _u, cells.Count, ref a)),
                Rows = cells,
                IsFar = isFar,
                Blocks = _u / Block.Size,
                BlocksOfPanel = _candidate.Forward.BlocksOfPanel,
            };
            if (IsFromZero(t, tape))
            {
                second.Recurrent.RunLength = 0;
            }

            _isa.Run(ref second);
        }
    }

    /// <summary>
    /// A product of step t, whose panels the step before has read. Every other step sweeps over them backwards, so that it begins with those that are still in a
    /// near cache; the others are asked for where the third-level cache is far.
    /// </summary>
    private Product OfStep(int t, Product product)
    {
        product.Backwards = (t & 1) == 1;
        product.PanelsAreNear = !_isa.HasFarThirdLevel;
        return product;
    }

    /// <summary>
    /// The tape's rows of step t come from a far cache: where that is far they are asked for during a product of the step that is computed before it. By one thread: the lines
    /// that are asked for would be other threads' too.
    /// </summary>
    private void AskForRows(ref Product product, Timeline timeline, int t, LayerTape tape, int firstSequence)
    {
        if (_isa.HasFarThirdLevel && tape.Team is null)
        {
            product.AskFor(ref At(ref tape.A, timeline.Offset(t) + firstSequence, _apart));
        }
    }

    /// <summary>The range's rows of step t: states by their slots, what the tape keeps from row <paramref name="kept"/> on.</summary>
    private CellRows RowsAt(Timeline timeline, int t, LayerTape tape, HiddenRows hidden, int kept, RowRange range)
    {
        ref float output = ref HasProjection ? ref At(ref tape.CellOutput, kept, _u) : ref hidden.After(t, range.First);
        return new CellRows
        {
            A = ref At(ref tape.A, kept, _apart),
            PreviousH = ref HasProjection ? ref output : ref hidden.Before(t, range.First),
            PreviousC = ref At(ref tape.C, tape.PreviousCell(timeline, t) + range.First, _u),
            NextH = ref output,
            NextC = ref At(ref tape.C, tape.NextCell(timeline, t) + range.First, _u),
            Extra = ref At(ref tape.Extra, kept, _u),
            Gated = ref At(ref tape.Gated, kept, _u),
            Pointwise = Pointwise,
            Count = range.Of(timeline.Active(t)),
            Units = _u,
            PreviousGap = HasProjection ? 0 : hidden.StrideBefore(t) - _u,
            NextGap = HasProjection ? 0 : hidden.StrideAfter - _u,
            AStride = _apart,
        };
    }

    private PointwiseRows Pointwise => new() { Settings = ref _settings, Origin = ref Unsafe.Add(ref _bias.Origin, _a) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float At(ref float origin, int row, int stride) => ref Unsafe.Add(ref origin, (nint)row * stride);

    /// <summary>Slots that only the recurrent product adds to (a GRU's b_hn) start from their bias.</summary>
    private void FillSlotsWithoutInput(int rows, ref float a, BlockRange blocks)
    {
        int filled = Shape.Input.FirstSlot + Shape.Input.Gates.Length;
        if (filled == TCell.Slots)
        {
            return;
        }

        int length = (TCell.Slots - filled) * Block.Size;
        for (int row = 0; row < rows; row++)
        {
            for (int block = blocks.First; block < blocks.End; block++)
            {
                int start = (block * TCell.Slots + filled) * Block.Size;
                _bias.Span.Slice(start, length).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref At(ref a, row, _apart), start), length));
            }
        }
    }
}
