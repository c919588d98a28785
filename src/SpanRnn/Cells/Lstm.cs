using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Lanes.LaneMath;

namespace SpanRnn.Cells;

/// <summary>Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).</summary>
/// <remarks>i, f, o = sigmoid(a), g = tanh(a); c = f c' + i g; h = o tanh(c). Gates in PyTorch's order i f g o.</remarks>
internal readonly struct Lstm : ICell
{
    public static CellShape Shape { get; } = CellShape.Of<Lstm>("lstm", input: [0, 1, 2, 3], recurrent: [0, 1, 2, 3]);

    public static int Slots => 4;

    public static int InputSlot => 0;

    public static int InputGates => 4;

    public static int RecurrentSlot => 0;

    public static int RecurrentGates => 4;

    public static bool HasCellState => true;

    public static bool HasExtra => true;

    public static bool ReadsHidden => false;

    public static int PointwiseRows => 0;

    public static bool HasHalves => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Gate<V>(Gates<V> a, State<V> previous, Pointwise _, out V c) where V : struct, ILanes<V>
    {
        // g first: of the chains that c waits for it is the longest.
        V g = Tanh(a.V2), i = Sigmoid(a.V0), f = Sigmoid(a.V1), o = Sigmoid(a.V3);
        c = V.Fma(f, previous.C, i * g);
        return new Gates<V> { V0 = i, V1 = f, V2 = g, V3 = o };
    }

    /// <remarks>tanh does not wait until c is flushed: of a c that would be zero it is as small, and so is h, which is flushed itself.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Forward<V>(Gates<V> gates, V c, State<V> _, Pointwise __, out State<V> next, out V tanhC) where V : struct, ILanes<V>
    {
        V o = gates.V3, t = Tanh(c);
        next = new State<V>(h: Flush(o * t), c: Flush(c));
        tanhC = t;
        return gates;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gates<V> Backward<V>(
        Gates<V> tape, V tanhC, State<V> previous, Pointwise _, State<V> dNext, out State<V> dPrevious) where V : struct, ILanes<V>
    {
        V i = tape.V0, f = tape.V1, g = tape.V2, o = tape.V3, t = tanhC;
        V dh = Flush(dNext.H);
        V dc = V.Fma(dh * o, DTanh(t), dNext.C);
        dPrevious = new State<V>(h: V.Of(0f), c: Flush(dc * f));
        return new Gates<V>
        {
            V0 = dc * g * DSigmoid(i),
            V1 = dc * previous.C * DSigmoid(f),
            V2 = dc * i * DTanh(g),
            V3 = dh * t * DSigmoid(o),
        };
    }
}
