using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// Of sizes without padding the way back reads dy and writes dx where the user has them. The bits are those of a batch whose rows are put in order first, dx may
/// replace dy, dy is left as it was, and no dy is a dy of zeros.
/// </summary>
public sealed class GradientsWhereTheyLie
{
    private const int Steps = 5, Units = 32;

    public static TheoryData<LawCell, bool> Cells
    {
        get
        {
            var data = new TheoryData<LawCell, bool>();
            foreach (LawCell cell in (LawCell[])[LawCell.Rnn, LawCell.RnnRelu, LawCell.Lstm, LawCell.Gru, LawCell.GruResetBefore])
            {
                data.Add(cell, false);
                data.Add(cell, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Have_the_same_bits(LawCell cell, bool isBidirectional)
    {
        int inputs = isBidirectional ? 2 * Units : Units;
        foreach (int[] hidden in (int[][])[[Units], [48, Units]])
        {
            foreach (int rows in (int[])[1, 13])
            {
                TwinRecurrent stack = Problems.PlainStack(cell, inputs, hidden) with { Bidirectional = isBidirectional };
                var problem = new Problem(stack, Steps, rows, Seed: 9);
                foreach (int lanes in (int[])[16, 8])
                {
                    using Recurrent engine = EngineRun.Load(problem, Isa.Of(lanes));
                    using RecurrentTape tape = engine.Plan(Steps, rows);
                    Check(engine, tape, problem);
                }

                using var team = new WorkerTeam(2) { DividesAll = true };
                using Recurrent shared = EngineRun.Load(problem, Isa.Best);
                using RecurrentTape divided = shared.Plan(Steps, rows, team: team);
                Check(shared, divided, problem);
            }
        }
    }

    private static void Check(Recurrent engine, RecurrentTape tape, Problem problem)
    {
        float[] dy = EngineRun.Floats(problem.Upstream().Y);
        float[] both = [0f, .. dy], apart = [0f, .. dy], dx = new float[dy.Length + 1]; // on no boundary of a vector
        float[] expected = PutInOrder(engine, problem, dy);
        Bits.Equal("apart", expected, Back(engine, tape, problem, apart.AsSpan(1), dx.AsSpan(1)));
        Bits.Equal("dy", [0f, .. dy], apart);
        Bits.Equal("dx in the place of dy", expected, Back(engine, tape, problem, both.AsSpan(1), both.AsSpan(1)));
        Bits.Equal("no dy", Back(engine, tape, problem, new float[dy.Length], dx.AsSpan(1)), Back(engine, tape, problem, [], dx.AsSpan(1)));
    }

    /// <summary>dx and the weights' gradients.</summary>
    private static float[] Back(Recurrent engine, RecurrentTape tape, Problem problem, ReadOnlySpan<float> dy, Span<float> dx)
    {
        using ParameterSet gradients = engine.CreateGradients();
        engine.Forward(tape, Steps, problem.Rows, [], EngineRun.Floats(problem.Batch().X), [], [], [], [], []);
        engine.Backward(tape, dy, [], [], gradients, accumulate: false, dx, [], []);
        return [.. dx, .. Arenas.Read(gradients).Values.SelectMany(values => values)];
    }

    /// <summary>The same with one more sequence, which has no steps, so that rows are put in order and dy and dx copied.</summary>
    private static float[] PutInOrder(Recurrent engine, Problem problem, float[] dy)
    {
        int rows = problem.Rows, width = engine.Options.InputSize;
        using RecurrentTape tape = engine.Plan(Steps, rows + 1);
        using ParameterSet gradients = engine.CreateGradients();
        float[] dx = new float[Steps * (rows + 1) * width];
        engine.Forward(tape, Steps, rows + 1, [.. Enumerable.Repeat(Steps, rows), 0], WithOneMore(EngineRun.Floats(problem.Batch().X)), [], [], [], [], []);
        engine.Backward(tape, WithOneMore(dy), [], [], gradients, accumulate: false, dx, [], []);
        IEnumerable<float> own = Enumerable.Range(0, Steps).SelectMany(t => dx.Skip(t * (rows + 1) * width).Take(rows * width));
        return [.. own, .. Arenas.Read(gradients).Values.SelectMany(values => values)];

        float[] WithOneMore(float[] steps) => [.. steps.Chunk(steps.Length / Steps).SelectMany(step => step.Concat(Enumerable.Repeat(3f, step.Length / rows)))];
    }
}
