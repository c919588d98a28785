using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Laws 1, 3 and 4 for streams: a session's steps have the bits of the whole run, at every width, and allocate nothing.</summary>
public sealed class SteppingIsRunning
{
    private static readonly Limits Streams = Limits.Streams;

    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void Steps_of_a_session_have_the_bits_of_the_run_at_every_width(LawCell cell) => Problems.ForAll(cell, 25, Streams, problem =>
    {
        EngineRun run = EngineRun.Of(problem, Isa.Of(16));
        TwinBatch batch = problem.Batch();
        float[] x = EngineRun.Floats(batch.X), h0 = EngineRun.Floats(batch.H0), c0 = EngineRun.Floats(batch.C0);
        foreach (int lanes in Numbers.Widths)
        {
            using Recurrent engine = EngineRun.Load(problem, Isa.Of(lanes));
            using RecurrentSession session = engine.CreateSession();
            float[] y = new float[run.Output.Length], hn = new float[run.HN.Length], cn = new float[run.CN.Length];
            session.CopyStateFrom(h0, c0);
            Run(session, x, y, problem);
            session.CopyStateTo(hn, cn);
            Bits.Equal($"{lanes} lanes: output", run.Output, y);
            Bits.Equal($"{lanes} lanes: hn", run.HN, hn);
            Bits.Equal($"{lanes} lanes: cn", run.CN, cn);
        }
    });

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_reset_session_starts_over_and_a_step_allocates_no_byte(LawCell cell) =>
        Problems.ForAll(cell, 10, Streams with { Given = [2] }, problem =>
        {
            using Recurrent engine = EngineRun.Load(problem, Isa.Best);
            using RecurrentSession session = engine.CreateSession();
            float[] x = EngineRun.Floats(problem.Batch().X), expected = EngineRun.Of(problem).Output, y = new float[expected.Length];
            Run(session, x, y, problem);
            session.Reset();
            Array.Clear(y);
            Run(session, x, y, problem);
            Bits.Equal("after reset", expected, y);
            Assert.Equal(0, Allocations.Of(() => Run(session, x, y, problem)));
        });

    private static void Run(RecurrentSession session, float[] x, float[] y, Problem problem)
    {
        int inputs = problem.Stack.Inputs, outputs = y.Length / problem.Steps;
        for (int t = 0; t < problem.Steps; t++)
        {
            session.Step(x.AsSpan(t * inputs, inputs), y.AsSpan(t * outputs, outputs));
        }
    }
}
