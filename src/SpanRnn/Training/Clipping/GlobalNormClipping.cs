using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Parameters;
using SpanRnn.Workers;

namespace SpanRnn.Training.Clipping;

/// <summary>Clipping by the norm of all gradients together (Pascanu, Mikolov and Bengio 2013), torch.nn.utils.clip_grad_norm_.</summary>
/// <remarks>
/// scale = min(1, max / (norm + 1e-6)), norm = sqrt of the sum of all g^2. Gradients are read once and not written: the scale is for
/// the optimizer's pass to fold in. The sum has one order, so the same bits at every vector width. Nothing is allocated.
/// </remarks>
public sealed class GlobalNormClipping
{
    /// <summary>Gradients below which one thread is done before a second one is awake: some 10 microseconds.</summary>
    private const int LeastDivided = 131_072;

    /// <summary>Clipping at that norm.</summary>
    /// <param name="maximum">The largest norm; infinity only measures.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximum"/> is NaN, 0 or negative.</exception>
    public GlobalNormClipping(double maximum = double.PositiveInfinity) => Maximum = maximum > 0
        ? maximum
        : throw new ArgumentOutOfRangeException(nameof(maximum), maximum, "Expected a positive norm.");

    /// <summary>The largest norm.</summary>
    public double Maximum { get; }

    internal Isa Isa { get; init; } = Isa.Best;

    /// <summary>The norm of gradients times <paramref name="gradientScale"/>, and the scale that limits it.</summary>
    /// <param name="gradients">Read.</param>
    /// <param name="gradientScale">What gradients are to be multiplied by anyhow, such as one over the batches accumulated.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gradientScale"/> is not finite.</exception>
    /// <exception cref="ObjectDisposedException">The arena went back to the pool.</exception>
    public ClippedNorm Measure(ParameterSet gradients, float gradientScale = 1f) => Measure(gradients, gradientScale, null, []);

    /// <summary>The same, by several threads: chunks of the sum are divided, and then added in their order.</summary>
    /// <param name="gradients">Read.</param>
    /// <param name="gradientScale">What gradients are to be multiplied by anyhow.</param>
    /// <param name="team">Null for the caller's thread alone.</param>
    /// <param name="sums">With a team, room for the sums of all chunks: <see cref="ChunksOf"/>.</param>
    internal ClippedNorm Measure(ParameterSet gradients, float gradientScale, WorkerTeam? team, Span<float> sums)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (!float.IsFinite(gradientScale))
        {
            throw new ArgumentOutOfRangeException(nameof(gradientScale), gradientScale, "Expected a finite number.");
        }

        double norm = Math.Sqrt(SumOfSquares(gradients.All, team, sums)) * Math.Abs(gradientScale);
        double coefficient = double.IsFinite(norm) ? Math.Min(1, Maximum / (norm + 1e-6)) : double.NaN;
        return new ClippedNorm(norm, (float)(gradientScale * coefficient));
    }

    /// <summary>Chunks of the sum of so many squares.</summary>
    internal static int ChunksOf(int length) => (length + FixedOrder.ChunkLength - 1) / FixedOrder.ChunkLength;

    private double SumOfSquares(ReadOnlySpan<float> gradients, WorkerTeam? team, Span<float> sums)
    {
        if (!WorkerTeam.IsWorth(team, gradients.Length, LeastDivided))
        {
            var pass = new NormPass { Gradients = gradients };
            Isa.Run(ref pass);
            return pass.SumOfSquares;
        }

        var part = new NormPart { Gradients = gradients, Sums = sums[..ChunksOf(gradients.Length)], Isa = Isa };
        team!.Run(ref part, team.Threads);
        double total = 0;
        foreach (float sum in part.Sums)
        {
            total += sum;
        }

        return total;
    }

    private ref struct NormPass : IKernel
    {
        public ReadOnlySpan<float> Gradients;
        public double SumOfSquares;

        public void Run<V>() where V : struct, ILanes<V>
        {
            var term = new SquareTerm(Gradients);
            SumOfSquares = FixedOrder.Sum<V, SquareTerm>(ref term, Gradients.Length);
        }
    }
}
