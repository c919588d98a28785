using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>The panels of a weight matrix, of both ways, and its products without them.</summary>
/// <remarks>
/// A large matrix that a training step uses once each way is better packed near, right before it is used: panels that go to memory and come back cost more than they save.
/// A trainer's update then leaves them behind the rows, and its next step computes from these; whoever uses the panels first brings them up. A matrix that every step of time reads is only packed.
/// </remarks>
internal sealed class MatrixPanels : IDisposable
{
    /// <summary>Blocks of gates whose terms are added to dx together: so many that reading and writing dx matters little.</summary>
    private const int BlocksOfTerms = 4;

    /// <summary>Floats of near panels that a second-level cache holds beside rows: 512 KiB.</summary>
    private const int MostNear = 128 << 10;

    private readonly int _tensor, _blocks, _together; // blocks of units: all, and those whose terms are added to dx together
    private readonly Lock _lock = new();
    private ParameterSet? _weights; // whose rows were packed, or left behind
    private bool _isUsedOnce; // whether the last forward pass for training could have done without panels
    private volatile bool _areBehind, _wereUsed;

    /// <param name="isa">The width that reads them.</param>
    /// <param name="tensor">The matrix's index in its arena.</param>
    /// <param name="gates">Which blocks of H rows, in the order of their slots.</param>
    /// <param name="units">H.</param>
    /// <param name="depth">K.</param>
    /// <param name="slots">Vectors of each block in a row of the result.</param>
    /// <param name="firstSlot">Where the first gate goes.</param>
    public MatrixPanels(Isa isa, int tensor, int[] gates, int units, int depth, int slots = 1, int firstSlot = 0)
    {
        (_tensor, _blocks, _together) = (tensor, Block.Count(units), Math.Max(1, BlocksOfTerms / gates.Length));
        Forward = new GatePanels(isa, gates, units, depth, slots, firstSlot);
        Backward = new SlotPanels(isa, gates, units, depth, slots, firstSlot);
        long floats = (long)gates.Length * units * Block.Pad(depth), near = Math.Max(Forward.PanelFloats, Backward.FloatsOf(_together));
        NearFloats = floats >= Block.FarFloats && near <= MostNear ? (int)near : 0;
    }

    /// <summary>Those of a = W x.</summary>
    public GatePanels Forward { get; }

    /// <summary>Those of dx = W' da.</summary>
    public SlotPanels Backward { get; }

    /// <summary>Whether rows have changed that were not taken over.</summary>
    public bool AreBehind => _areBehind;

    /// <summary>Floats of near panels; 0 of a matrix that is too small for them to matter, or has so wide rows that they would not be near.</summary>
    public int NearFloats { get; }

    /// <summary>Whether an update may leave the panels behind: training does without them, and nobody else has used them since the last one.</summary>
    public bool MayStayBehind => _isUsedOnce && !_wereUsed;

    /// <summary>
    /// Whether products of so many rows, one each way, are better done without panels: those of the matrix would leave the caches, and the rows are so few that writing and
    /// reading them would matter.
    /// </summary>
    /// <param name="near">Room for near panels, if there is any.</param>
    /// <param name="rows">How many.</param>
    public bool AreBetterOnce(Span<float> near, int rows) => !near.IsEmpty && _weights is not null && rows is > 0 and <= RowsOfGradient.Chunk;

    /// <summary>Takes over some blocks of units.</summary>
    public void Pack(ParameterSet weights, BlockRange blocks)
    {
        TensorView matrix = weights[_tensor];
        Forward.Pack(matrix.Memory, matrix.Stride, blocks);
        Backward.Pack(matrix.Memory, matrix.Stride, blocks);
    }

    /// <summary>From now on all panels are those of the rows, or behind.</summary>
    public void Mark(ParameterSet weights, bool areBehind)
    {
        _weights = weights;
        _areBehind = areBehind;
        _wereUsed = false;
    }

    /// <summary>A forward pass begins, as <see cref="Begin"/> has it; of training passes it is remembered what they need, for the update.</summary>
    /// <returns>Whether it has to do without panels.</returns>
    public bool BeginForward(bool isForTraining, bool isOnce)
    {
        if (isForTraining)
        {
            _isUsedOnce = isOnce;
        }

        return Begin(isOnce);
    }

    /// <summary>A pass begins, of whatever thread, while no other changes the weights. Panels that it needs come up, if they are behind.</summary>
    /// <param name="isOnce">Whether it can do without.</param>
    /// <returns>Whether it has to.</returns>
    public bool Begin(bool isOnce)
    {
        if (isOnce)
        {
            return _areBehind;
        }

        if (!_wereUsed)
        {
            _wereUsed = true; // written once, not by every pass: passes of other threads read it
        }

        if (_areBehind)
        {
            CatchUp();
        }

        return false;
    }

    private void CatchUp()
    {
        lock (_lock)
        {
            if (_areBehind)
            {
                Pack(_weights!, new(0, _blocks));
                _areBehind = false;
            }
        }
    }

    /// <summary>a = init + x W' for rows of x, without panels; init is one row.</summary>
    public void MultiplyOnce(Span<float> near, ref float x, int xStride, int rows, ref float init, ref float a)
    {
        TensorView matrix = _weights![_tensor];
        Forward.MultiplyOnce(matrix.Memory, matrix.Stride, near, ref x, xStride, rows, ref init, 0, ref a);
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

    public void Dispose()
    {
        Forward.Dispose();
        Backward.Dispose();
    }
}
