using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>The panels of a weight matrix, of both ways, and its products without them.</summary>
/// <remarks>
/// Panels that go to memory after an update and come back cost more than they save where a training step can do without them. A large matrix that it uses once each way is better
/// packed near, part by part, right before it is used; one that every step of time reads is packed right before the first of them, in memory that layers share, and the way back of
/// a single sequence reads its rows (again and again with the same weights only where the third-level cache is far). An update then leaves the panels of that way behind the rows,
/// and whoever uses them first brings them up. Nobody has any before.
/// </remarks>
internal sealed class MatrixPanels : IDisposable
{
    /// <summary>Blocks of gates whose terms are added to dx together: so many that reading and writing dx matters little.</summary>
    private const int BlocksOfTerms = 4;

    /// <summary>Floats of an R whose panels matter: 1 MiB.</summary>
    private const int LeastOfEveryStep = 256 << 10;

    private readonly int _tensor, _blocks, _together; // blocks of units: all, and those whose terms are added to dx together
    private readonly Lock _lock = new();
    private readonly PanelUpkeep _forward = new(), _backward = new();
    private ParameterSet? _weights; // whose rows were packed, or left behind

    /// <param name="isa">The width that reads them.</param>
    /// <param name="tensor">The matrix's index in its arena.</param>
    /// <param name="gates">Which blocks of H rows, in the order of their slots.</param>
    /// <param name="units">H.</param>
    /// <param name="depth">K.</param>
    /// <param name="slots">Vectors of each block in a row of the result.</param>
    /// <param name="firstSlot">Where the first gate goes.</param>
    /// <param name="isEveryStep">Whether it is R or a part of it, which every step of time uses, so that the sums of the way back have sections.</param>
    public MatrixPanels(Isa isa, int tensor, int[] gates, int units, int depth, int slots = 1, int firstSlot = 0, bool isEveryStep = false)
    {
        (_tensor, _blocks, _together) = (tensor, Block.Count(units), Math.Max(1, BlocksOfTerms / gates.Length));
        Forward = new GatePanels(isa, gates, units, depth, slots, firstSlot);
        Backward = new SlotPanels(isa, gates, units, depth, slots, firstSlot, isEveryStep);
        NearFloats = !isEveryStep && Backward.Floats >= Block.LargeFloats ? Math.Max(Forward.NearFloats, Backward.FloatsOf(_together)) : 0;
        FloatsAtUse = isEveryStep && Backward.Floats >= LeastOfEveryStep ? Forward.Floats : 0;
        AreRowsAsFastBack = isEveryStep && Backward.Floats is >= LeastOfEveryStep and <= SlotPanels.MostOfSections;
        SumFloats = (Backward.Sections - 1) * Block.Pad(depth);
    }

    /// <summary>Those of a = W x.</summary>
    public GatePanels Forward { get; }

    /// <summary>Those of dx = W' da.</summary>
    public SlotPanels Backward { get; }

    /// <summary>Whether rows have changed that the panels of the way forward have not taken over.</summary>
    public bool AreBehind => _forward.AreBehind;

    /// <summary>The same of the way back.</summary>
    public bool AreBehindOnTheWayBack => _backward.AreBehind;

    /// <summary>Floats of near panels; 0 of a matrix that every step of time uses, or that is too small for them to matter.</summary>
    public int NearFloats { get; }

    /// <summary>Floats of the panels of an R that a training step had better pack before it uses them; 0 of any other matrix.</summary>
    public int FloatsAtUse { get; }

    /// <summary>Whether W' da of a single row is about as fast from the weights' rows as from panels, and the matrix so large that writing these matters.</summary>
    public bool AreRowsAsFastBack { get; }

    /// <summary>Floats that <see cref="AddFromRows"/> needs room for.</summary>
    public int SumFloats { get; }

    /// <summary>
    /// Whether products of so many rows, one each way, are better done without panels: those of the matrix would leave the caches, and the rows are so few that writing and
    /// reading them would matter.
    /// </summary>
    /// <param name="near">Room for near panels, if there is any.</param>
    /// <param name="rows">How many.</param>
    public bool AreBetterOnce(Span<float> near, int rows) => !near.IsEmpty && AreFew(rows);

    /// <summary>Whether the panels of an R are, for so many rows of all steps, better packed at the first of them than after the update.</summary>
    /// <param name="shared">Room for them, if there is any.</param>
    /// <param name="rows">How many.</param>
    public bool AreBetterAtUse(Span<float> shared, int rows) => FloatsAtUse > 0 && !shared.IsEmpty && AreFew(rows);

    private bool AreFew(int rows) => _weights is not null && rows is > 0 and <= RowsOfGradient.Chunk;

    /// <summary>Begins to take over changed weights: nobody may use panels until <see cref="EndPacking"/>, of all parts.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="parts">How many threads take over a part of the blocks each; with several, all panels come along.</param>
    /// <returns>Which panels are packed.</returns>
    public PanelWays BeginPacking(ParameterSet weights, int parts)
    {
        _weights = weights;
        return new(_forward.BeginPacking(parts == 1), _backward.BeginPacking(parts == 1));
    }

    /// <summary>Takes over some blocks of units.</summary>
    public void Pack(BlockRange blocks, PanelWays ways)
    {
        TensorView matrix = _weights![_tensor];
        if (ways.Forward)
        {
            Forward.Pack(matrix.Memory, matrix.Stride, blocks);
        }

        if (ways.Backward)
        {
            Backward.Pack(matrix.Memory, matrix.Stride, blocks);
        }
    }

    /// <summary>From now on panels are those of the rows, unless they were left behind.</summary>
    public void EndPacking(PanelWays ways)
    {
        _forward.EndPacking(ways.Forward);
        _backward.EndPacking(ways.Backward);
    }

    /// <summary>
    /// A pass begins, of whatever thread, while no other changes the weights. Panels that it needs come up, if they are behind, and so do those that it could do without, if it is
    /// not the first to do so since the weights changed: who averages several batches, or evaluates many, packs once.
    /// </summary>
    /// <param name="isOnce">Whether it can do without.</param>
    /// <param name="isForTraining">Whether it is a trainer's, whose needs are remembered for the update.</param>
    /// <returns>Whether it has to.</returns>
    public bool BeginForward(bool isOnce, bool isForTraining)
    {
        if (isForTraining)
        {
            _forward.Want(!isOnce);
        }

        return Begin(_forward, isOnce, isFree: false, new(Forward: true, Backward: false));
    }

    /// <summary>The same of a pass back.</summary>
    /// <param name="isOnce">Whether it can do without.</param>
    /// <param name="isFree">And does so as well as with panels, however often, or has no use for any.</param>
    public bool BeginBackward(bool isOnce, bool isFree)
    {
        _backward.Want(!isOnce);
        return Begin(_backward, isOnce, isFree, new(Forward: false, Backward: true));
    }

    private bool Begin(PanelUpkeep panels, bool isOnce, bool isFree, PanelWays way)
    {
        if (!isOnce)
        {
            panels.Use();
        }
        else if (isFree || !panels.AreBehind || panels.IsFirstWithout())
        {
            return panels.AreBehind;
        }

        if (panels.AreBehind)
        {
            lock (_lock)
            {
                if (panels.AreBehind)
                {
                    Pack(new(0, _blocks), way);
                    panels.AreBehind = false;
                }
            }
        }

        return false;
    }

    /// <summary>a = init + x W' for rows of x, without panels; init is one row.</summary>
    public void MultiplyOnce(Span<float> near, ref float x, int xStride, int rows, ref float init, ref float a)
    {
        TensorView matrix = _weights![_tensor];
        Forward.MultiplyOnce(matrix.Memory, matrix.Stride, near, ref x, xStride, rows, ref init, 0, ref a);
    }

    /// <summary>The panels of the way forward of weights as they are, packed into memory that others use for theirs later.</summary>
    public void PackInto(Span<float> shared)
    {
        TensorView matrix = _weights![_tensor];
        Forward.PackInto(shared, matrix.Memory, matrix.Stride);
    }

    /// <summary>dx = W' da, without panels. Nothing if dx is empty.</summary>
    public void InputGradientOnce(Span<float> near, ref float da, RowView dx) => InputGradientOnce(near, ref da, dx, new(0, _blocks));

    /// <summary>The terms of some blocks of units, which come in their order; the first ones begin dx.</summary>
    public void InputGradientOnce(Span<float> near, ref float da, RowView dx, BlockRange range)
    {
        TensorView matrix = _weights![_tensor];
        for (int first = range.First; first < range.End && !dx.IsEmpty; first += _together)
        {
            ref float init = ref first == 0 ? ref Zeros.Row(dx.Stride) : ref dx.Origin;
            var blocks = new BlockRange(first, Math.Min(first + _together, range.End));
            Backward.MultiplyOnce(
                matrix.Memory, matrix.Stride, near, blocks, ref da, dx.Count, ref init, first == 0 ? 0 : dx.Stride, ref dx.Origin, dx.Stride);
        }
    }

    /// <summary>dx += W' da of one row, without panels.</summary>
    public void AddFromRows(ref float da, ref float dx, Span<float> sums, bool backwards)
    {
        TensorView matrix = _weights![_tensor];
        Backward.AddFromRows(matrix.Memory, matrix.Stride, ref da, ref dx, sums, backwards);
    }

    public void Dispose()
    {
        Forward.Dispose();
        Backward.Dispose();
    }
}
