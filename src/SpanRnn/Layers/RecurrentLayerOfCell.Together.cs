using SpanRnn.Kernels;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>
/// All sums over some rows of da before those over the next, by one thread: where da comes from a third-level cache that is far, and the matrices and their gradients
/// from a near one, it is then read once instead of for dx, the biases and each matrix anew. Every sum has its terms in the same order.
/// </summary>
internal sealed partial class RecurrentLayer<TCell>
{
    /// <summary>Rows of da whose sums are all computed before those of the next.</summary>
    private const int RowsTogether = RowsOfGradient.Chunk;

    /// <summary>Floats of da from which on it comes from a far cache: 2 MiB.</summary>
    private const int FarFloats = 512 << 10;

    /// <summary>Floats of a matrix up to which its panels and its gradient stay near beside another's: 256 KiB.</summary>
    private const int MostBeside = 64 << 10;

    public override bool AreSumsTogether(Timeline timeline) => _isa.HasFarThirdLevel && timeline.IsDense && !HasProjection && (long)timeline.Rows * _apart >= FarFloats
        && (long)Shape.Gates * _u * Math.Max(_s, Block.Pad(InputSize)) <= MostBeside;

    private void SumsTogether(Timeline timeline, RowView x, LayerTape tape, RowView dx, ParameterSet gradients, bool accumulate)
    {
        TensorView dw = InputWeights(gradients), dr = RecurrentWeights(gradients);
        int withState = FirstWithState(timeline, tape) * timeline.Batch;
        for (int row = 0, rows; row < timeline.Rows; row += rows)
        {
            rows = Math.Min(RowsTogether, timeline.Rows - row);
            bool adds = accumulate || row > 0;
            InputGradient(tape, dx, row, rows);
            BiasSums(tape, row, rows, adds: row > 0);
            GradientOfW(x, tape, row, rows, GradientRows.Of(ref dw.Origin, dw.Stride, adds));

            // Of sequences of one length h[t-1] lies in the row that da[t] has.
            int first = Math.Clamp(withState, row, row + rows), left = row + rows - first;
            GradientRows ofR = GradientRows.Of(ref dr.Origin, dr.Stride, adds);
            GradientOfR(tape, first, first, left, in ofR);
            if (Shape.Candidate is not null)
            {
                GradientOfCandidate(tape, first, left, in ofR);
            }
        }

        PeepholeSums(timeline, tape, new BlockRange(0, _u / Block.Size));
    }
}
