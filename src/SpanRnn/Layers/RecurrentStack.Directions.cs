using SpanRnn.Parameters;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>Both directions of a layer at once: they have nothing in common but what they read.</summary>
internal sealed partial class RecurrentStack
{
    /// <summary>The first direction, or the reverse one with its input, or both.</summary>
    private ref struct DirectionForward : IPartedWork
    {
        public RecurrentStack Stack;
        public StackTape Tape;
        public int Layer;
        public RowView X;
        public OutputRows ForwardOutput, ReverseOutput;

        public readonly void Run(int part, int parts)
        {
            if (part == 0)
            {
                Stack.Layers[2 * Layer].ForwardAlone(Tape.Timeline, X, Tape.Layers[2 * Layer], ForwardOutput);
            }

            if (part == parts - 1)
            {
                Stack.Layers[2 * Layer + 1].ForwardAlone(Tape.Timeline, Mirror(Tape, Layer, X), Tape.Layers[2 * Layer + 1], ReverseOutput);
            }
        }
    }

    /// <summary>The same back, with the gradients of the direction's weights.</summary>
    private ref struct DirectionBackward : IPartedWork
    {
        public RecurrentStack Stack;
        public StackTape Tape;
        public int Layer;
        public RowView DForward, DReverse, DX, DMirrored;
        public ParameterSet Gradients;
        public bool Accumulate;

        public readonly void Run(int part, int parts)
        {
            if (part == 0)
            {
                Stack.Layers[2 * Layer].BackwardAlone(
                    Tape.Timeline, Tape.InputOf(Layer), Tape.Layers[2 * Layer], DForward, DX, Gradients, Accumulate);
            }

            if (part == parts - 1)
            {
                Stack.Layers[2 * Layer + 1].BackwardAlone(
                    Tape.Timeline, Tape.MirroredInputOf(Layer), Tape.Layers[2 * Layer + 1], DReverse, DMirrored, Gradients, Accumulate);
            }
        }
    }
}
