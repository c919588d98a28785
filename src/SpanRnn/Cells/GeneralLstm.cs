using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Lanes.LaneMath;

namespace SpanRnn.Cells;

/// <summary>
/// <see cref="Lstm"/> with any activations, limited pre-activations, peepholes (Gers and Schmidhuber 2000) and a forget gate that may
/// be coupled to the input gate.
/// </summary>
/// <remarks>
/// i = F(a_i + p_i c'), f = F(a_f + p_f c') or 1 - i, g = G(a_g); c = f c' + i g; o = F(a_o + p_o c), h = o H(c). The tape keeps the
/// pre-activations with their peepholes, since not every activation's derivative follows from its output. The limit is not of c.
/// </remarks>
internal readonly struct GeneralLstm : ICell
{
    /// <summary>Rows of pointwise parameters after the mask.</summary>
    private const int PeepholeI = 1, PeepholeF = 2, PeepholeO = 3;

    public static CellShape Shape { get; } = CellShape.Of<GeneralLstm>("lstm", input: [0, 1, 2, 3], recurrent: [0, 1, 2, 3]);

    public static int Slots => 4;

    public static int InputSlot => 0;

    public static int InputGates => 4;

    public static int RecurrentSlot => 0;

    public static int RecurrentGates => 4;

    public static bool HasCellState => true;

    public static bool HasExtra => false;

    public static bool ReadsHidden => false;

    public static int PointwiseRows => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Forward<V>(Gates<V> a, V __, State<V> previous, Pointwise p, out State<V> next, out V none) where V : struct, ILanes<V>
    {
        if (p.HasPeepholes)
        {
            a.V0 = V.Fma(p.Vector<V>(PeepholeI), previous.C, a.V0);
            a.V1 = V.Fma(p.Vector<V>(PeepholeF), previous.C, a.V1);
        }

        V c = Cell(a, previous, p, out _, out _, out _);
        if (p.HasPeepholes)
        {
            a.V3 = V.Fma(p.Vector<V>(PeepholeO), c, a.V3);
        }

        next = new State<V>(h: p.Masked(Flush(p.F(a.V3) * p.H(c))), c: p.Masked(c));
        none = default;
        return a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Backward<V>(
        Gates<V> a, V none, State<V> previous, Pointwise p, State<V> dNext, out State<V> dPrevious) where V : struct, ILanes<V>
    {
        V c = Cell(a, previous, p, out V i, out V f, out V g), o = p.F(a.V3), t = p.H(c), dh = Flush(dNext.H);
        V dao = dh * t * p.DF(a.V3, o), dc = V.Fma(dh * o, p.DH(c, t), dNext.C);
        if (p.HasPeepholes)
        {
            dc = V.Fma(dao, p.Vector<V>(PeepholeO), dc);
        }

        V di = dc * g, df = dc * previous.C, daf = V.Of(0f);
        if (p.CoupledForgetGate)
        {
            di -= df;
        }
        else
        {
            daf = df * p.DF(a.V1, f);
        }

        V dai = di * p.DF(a.V0, i), dPreviousC = dc * f;
        if (p.HasPeepholes)
        {
            dPreviousC = V.Fma(dai, p.Vector<V>(PeepholeI), V.Fma(daf, p.Vector<V>(PeepholeF), dPreviousC));
        }

        dPrevious = new State<V>(h: V.Of(0f), c: p.Masked(Flush(dPreviousC)));
        return new Gates<V>
        {
            V0 = p.Masked(dai),
            V1 = p.Masked(daf),
            V2 = p.Masked(dc * i * p.DG(a.V2, g)),
            V3 = p.Masked(dao),
        };
    }

    /// <summary>c = f c' + i g: the same bits in both directions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Cell<V>(Gates<V> a, State<V> previous, Pointwise p, out V i, out V f, out V g) where V : struct, ILanes<V>
    {
        i = p.F(a.V0);
        f = p.CoupledForgetGate ? V.Of(1f) - i : p.F(a.V1);
        g = p.G(a.V2);
        return Flush(V.Fma(f, previous.C, i * g));
    }
}
