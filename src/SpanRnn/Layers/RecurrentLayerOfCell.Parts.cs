using SpanRnn.Cells;
using SpanRnn.Parameters;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>How a layer's work is divided between threads: sequences through time, then units for the weights' gradients.</summary>
/// <remarks>No sum is ever divided, so the results are those of one thread, to the bit.</remarks>
internal sealed partial class RecurrentLayer<TCell> where TCell : struct, ICell
{
    private bool IsWorthDividing(Timeline timeline) => (long)timeline.Rows * _a * (InputSize + StateSize) >= WorkerTeam.LeastWork;

    /// <summary>Parts of at least as many sequences as the fused products want.</summary>
    private int PartsOf(Timeline timeline, LayerTape tape) => timeline.Longest > 0 && IsWorthDividing(timeline)
        ? Math.Clamp(timeline.Active(0) / FusedRows, 1, tape.Threads)
        : 1;

    private ref struct ForwardPart : IPartedWork
    {
        public RecurrentLayer<TCell> Layer;
        public Timeline Timeline;
        public RowView X;
        public LayerTape Tape;

        public readonly void Run(int part, int parts) => Layer.Forward(Timeline, X, Tape, Timeline.Part(part, parts));
    }

    private ref struct BackwardPart : IPartedWork
    {
        public RecurrentLayer<TCell> Layer;
        public Timeline Timeline;
        public LayerTape Tape;
        public RowView DY;

        public readonly void Run(int part, int parts) => Layer.Backward(Timeline, Tape, DY, Timeline.Part(part, parts));
    }

    private ref struct GradientPart : IPartedWork
    {
        public RecurrentLayer<TCell> Layer;
        public Timeline Timeline;
        public RowView X, DX;
        public LayerTape Tape;
        public ParameterSet Gradients;
        public bool Accumulate;

        public readonly void Run(int part, int parts)
        {
            Layer.InputGradient(Timeline, Tape, DX, part, parts);
            Layer.WeightGradients(Timeline, X, Tape, Gradients, Accumulate, part, parts);
        }
    }
}
