using SpanRnn.Lanes;

namespace SpanRnn.Cells;

/// <summary>The state of one block of units: the hidden state h and, for cells that have one, the cell state c.</summary>
internal struct State<V>(V h, V c) where V : struct, ILanes<V>
{
    public V H = h, C = c;
}
