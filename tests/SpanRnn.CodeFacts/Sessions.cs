using SpanRnn.Layers;
using SpanRnn.Streaming;

namespace SpanRnn.CodeFacts;

/// <summary>
/// A step of one sequence, of few and of many together, in every format of weights: groups of eight, four, three, two and one block of units at
/// 16 lanes, and at 8 as well.
/// </summary>
internal static class Sessions
{
    private const int Inputs = 3, Many = 9;

    private delegate void StepOf(ReadOnlySpan<float> x, Span<float> y);

    public static void Run(CellKind cell)
    {
        for (int blocks = 1; blocks <= 16; blocks++)
        {
            using var layers = new Recurrent(new RecurrentOptions { Cell = cell, InputSize = Inputs, HiddenSizes = [16 * blocks, 8 * blocks] });
            layers.Initialize(1);
            foreach (WeightFormat format in (ReadOnlySpan<WeightFormat>)[WeightFormat.Float32, WeightFormat.BFloat16, WeightFormat.Int8])
            {
                FrozenRecurrent weights = layers.Freeze(format);
                using RecurrentSession session = weights.CreateSession();
                StepOf step = session.Step; // by a delegate, or it would be inlined here and not stand in the listing
                step(new float[Inputs], new float[layers.OutputSize]);
                RunMany(weights);
            }
        }
    }

    private static void RunMany(FrozenRecurrent weights)
    {
        using var batch = new RecurrentSessionBatch(weights, Many);
        RecurrentSession[] sessions = [.. Enumerable.Range(0, Many).Select(_ => weights.CreateSession())];
        for (int count = 1; count <= Many; count++)
        {
            batch.StepMany(sessions.AsSpan(0, count), new float[count * Inputs], new float[count * weights.OutputSize]);
        }

        Array.ForEach(sessions, session => session.Dispose());
    }
}
