using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Parameters;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>How a layer's work is divided between threads: sequences or units through time, then rows of the weights' gradients.</summary>
/// <remarks>No sum is ever divided, so the results are those of one thread, to the bit.</remarks>
internal sealed partial class RecurrentLayer<TCell> where TCell : struct, ICell
{
    /// <summary>
    /// Floats of R that only a far cache holds: there it pays that each thread reads a part of them rather than all, unless each has so many
    /// sequences that reading matters little. An LSTM of 1024 units gains a tenth to a fifth, one of 512 nothing.
    /// </summary>
    private const int FarWeights = 2_000_000, ManySequences = 24;

    /// <summary>Floats of R that the cache next to a core holds: a direction each, two threads then need not meet.</summary>
    private const int NearWeights = 200_000;

    private bool IsWorthDividing(Timeline timeline, LayerTape tape) =>
        WorkerTeam.IsWorth(tape.Team, (long)timeline.Rows * _a * (InputSize + StateSize), WorkerTeam.LeastWork);

    /// <summary>
    /// By sequences, if there are so many that the products are still good at each part of them: then no part waits for another. Else by
    /// units, which all meet after each step, if a step is long enough.
    /// </summary>
    private LayerDivision DivisionOf(Timeline timeline, LayerTape tape)
    {
        if (timeline.Longest == 0 || !IsWorthDividing(timeline, tape))
        {
            return new(1, ByUnits: false);
        }

        int bySequences = Math.Clamp(timeline.Active(0) / FusedRows, 1, tape.Threads), byUnits = UnitPartsOf(timeline, tape);
        bool isFar = (long)_a * StateSize >= FarWeights && timeline.Active(0) < ManySequences * bySequences;
        return byUnits > bySequences || (isFar && byUnits == bySequences) ? new(byUnits, ByUnits: true) : new(bySequences, ByUnits: false);
    }

    /// <remarks>
    /// Sequences are divided without any meeting too, and leave each thread half of the weights to read. Of units there must be so many that
    /// their meetings do not matter, and a third thread has no direction.
    /// </remarks>
    public override bool IsBetterAlone(Timeline timeline, LayerTape tape)
    {
        long bothDirections = 2L * timeline.Rows * _a * (InputSize + StateSize);
        LayerDivision division = DivisionOf(timeline, tape);
        return WorkerTeam.IsWorth(tape.Team, bothDirections, WorkerTeam.LeastWork)
            && (division.Parts == 1 || (division.ByUnits && tape.Threads == 2 && (long)_a * StateSize <= NearWeights));
    }

    private int UnitPartsOf(Timeline timeline, LayerTape tape)
    {
        long step = (long)timeline.Rows / timeline.Longest * _a * StateSize, meetings = _candidate is null && !HasProjection ? 1 : 2;
        return tape.Team is { } team && WorkerTeam.IsWorth(team, step, meetings * team.LeastStep) ? Math.Min(tape.Threads, _u / Block.Size) : 1;
    }

    private LayerPart PartOf(Timeline timeline, LayerTape tape, bool byUnits, int part, int parts) => byUnits && parts > 1
        ? new(new(0, timeline.Batch), BlockRange.Part(_u / Block.Size, part, parts), BlockRange.Part(_s / Block.Size, part, parts), part, tape.Team!.Barrier)
        : new(timeline.Part(part, parts), new(0, _u / Block.Size), new(0, _s / Block.Size), part, Barrier: null);

    private ref struct ForwardPart : IPartedWork
    {
        public RecurrentLayer<TCell> Layer;
        public Timeline Timeline;
        public RowView X;
        public OutputRows Output;
        public LayerTape Tape;
        public bool ByUnits, IsFromRows;

        public readonly void Run(int part, int parts) =>
            Layer.Forward(Timeline, X, Tape, Output, Layer.PartOf(Timeline, Tape, ByUnits, part, parts), IsFromRows);
    }

    private ref struct BackwardPart : IPartedWork
    {
        public RecurrentLayer<TCell> Layer;
        public Timeline Timeline;
        public LayerTape Tape;
        public RowView DY, DX;
        public int Ahead;
        public bool ByUnits;
        public BackFromRows FromRows;

        public readonly void Run(int part, int parts) =>
            Layer.Backward(Timeline, Tape, DY, DX, Ahead, Layer.PartOf(Timeline, Tape, ByUnits, part, parts), FromRows);
    }

    private ref struct GradientPart : IPartedWork
    {
        public RecurrentLayer<TCell> Layer;
        public Timeline Timeline;
        public RowView X, DX;
        public LayerTape Tape;
        public ParameterSet Gradients;
        public bool Accumulate, OfMatrices;

        public readonly void Run(int part, int parts) => Layer.SumsOverRows(Timeline, X, Tape, DX, Gradients, Accumulate, OfMatrices, part, parts);
    }

    private ref struct UpdatePart : IPartedWork
    {
        public RecurrentLayer<TCell> Layer;
        public LayerGradients Gradients;
        public IWeightUpdate Update;

        public readonly void Run(int part, int parts) => Layer.Pack(Update.Weights, Update, in Gradients, part, parts);
    }
}
