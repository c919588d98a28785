using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Lanes.LaneMath;

namespace SpanRnn.Cells;

/// <summary>What an Elman cell applies to its pre-activation, and its derivative in terms of the output.</summary>
internal interface IActivation
{
    static abstract string CellName { get; }

    static abstract V Apply<V>(V a) where V : struct, ILanes<V>;

    static abstract V Derivative<V>(V output) where V : struct, ILanes<V>;
}

/// <summary>The hyperbolic tangent.</summary>
internal readonly struct TanhActivation : IActivation
{
    public static string CellName => "rnn";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V a) where V : struct, ILanes<V> => Tanh(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Derivative<V>(V output) where V : struct, ILanes<V> => DTanh(output);
}

/// <summary>The rectifier.</summary>
internal readonly struct ReluActivation : IActivation
{
    public static string CellName => "rnn-relu";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V a) where V : struct, ILanes<V> => Relu(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Derivative<V>(V output) where V : struct, ILanes<V> => DRelu(output);
}

/// <summary>The simple recurrent cell (Elman 1990): h = f(W x + R h' + b), f the hyperbolic tangent or the rectifier.</summary>
internal readonly struct Elman<TActivation> : ICell where TActivation : struct, IActivation
{
    public static CellShape Shape { get; } = CellShape.Of<Elman<TActivation>>(TActivation.CellName, input: [0], recurrent: [0]);

    public static int Slots => 1;

    public static int InputSlot => 0;

    public static int InputGates => 1;

    public static int RecurrentSlot => 0;

    public static int RecurrentGates => 1;

    public static bool HasCellState => false;

    public static bool HasExtra => false;

    public static bool ReadsHidden => false;

    public static int PointwiseRows => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Forward<V>(Gates<V> a, V _, State<V> previous, Pointwise __, out State<V> next, out V none) where V : struct, ILanes<V>
    {
        V h = Flush(TActivation.Apply(a.V0));
        next = new State<V>(h, c: default);
        none = default;
        return new Gates<V> { V0 = h };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Backward<V>(
        Gates<V> tape, V none, State<V> previous, Pointwise _, State<V> dNext, out State<V> dPrevious) where V : struct, ILanes<V>
    {
        dPrevious = new State<V>(h: V.Of(0f), c: default);
        return new Gates<V> { V0 = Flush(dNext.H * TActivation.Derivative(tape.V0)) };
    }
}
