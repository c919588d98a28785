using SpanRnn.Lanes;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Running;

/// <summary>What a stage without state does to rows; y may be x only where the stage says so.</summary>
internal delegate void RowFunction(Isa isa, RowView x, RowView y);
