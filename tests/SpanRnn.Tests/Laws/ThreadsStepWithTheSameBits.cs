using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 1 for the steps of a session: any number of threads gives the bits of one, awake or not.</summary>
public sealed class ThreadsStepWithTheSameBits
{
    [Theory]
    [InlineData(CellKind.Rnn, 2)]
    [InlineData(CellKind.Lstm, 2)]
    [InlineData(CellKind.Lstm, 3)]
    [InlineData(CellKind.Gru, 2)]
    public void A_large_step(CellKind cell, int threads)
    {
        const int Inputs = 40, Units = 1040;
        using var team = new WorkerTeam(threads, meetingTime: 70);
        using var engine = new Recurrent(new() { Cell = cell, InputSize = Inputs, HiddenSizes = [Units] });
        engine.Initialize(seed: 5);
        using RecurrentSession one = engine.CreateSession(), many = engine.CreateSession(team);
        float[] x = EngineRun.Floats(TwinRandom.Values(9, Inputs)), expected = new float[Units], found = new float[Units];
        for (int t = 0; t < 4; t++)
        {
            one.Step(x, expected);
            many.Step(x, found);
            Bits.Equal($"step {t}", expected, found);
        }

        Assert.Equal(0, Allocations.Of(() => many.Step(x, found)));
    }

    /// <summary>Steps of layers, projections and heads: by the caller alone while workers sleep, divided while they are awake.</summary>
    [Theory]
    [InlineData(CellKind.Lstm, 0, 2)]
    [InlineData(CellKind.Lstm, 150, 3)]
    [InlineData(CellKind.Gru, 0, 5)]
    [InlineData(CellKind.GruResetBefore, 0, 2)]
    [InlineData(CellKind.Rnn, 0, 2)]
    public void A_step_of_a_few_microseconds(CellKind cell, int projection, int threads)
    {
        const int Vocabulary = 900;
        using var team = new WorkerTeam(threads, meetingTime: 70);
        using SequenceModel model = Writer(cell, Vocabulary, inputs: 200, units: 330, projection);
        using SequenceSession one = model.CreateSession(), many = model.CreateSession(team);
        many.Prewarm();
        float[] expected = new float[Vocabulary], found = new float[Vocabulary];
        int step = 0;
        for (int time = 0; time < 3; time++)
        {
            SpinWait.SpinUntil(() => team.Sleeping == threads - 1);
            Thread.Sleep(1); // steps do not follow each other closely
            Assert.Equal(0, CallsOfStep());
            do
            {
                team.Wake(); // steps on narrow vectors do not follow each other as closely as would wake them
            }
            while (CallsOfStep() == 0);
        }

        Assert.Equal(0, Allocations.Of(() => many.Step(7, found)));

        int CallsOfStep()
        {
            int before = team.Calls, token = step++ % Vocabulary;
            many.Step(token, found);
            one.Step(token, expected);
            Bits.Equal($"step {step}", expected, found);
            return team.Calls - before;
        }
    }

    /// <summary>Layers and heads of few groups of blocks, more threads than groups, weights of any format: all divided that can be.</summary>
    [Theory]
    [InlineData(CellKind.Lstm, 13, WeightFormat.Float32)]
    [InlineData(CellKind.Gru, 0, WeightFormat.Int8)]
    [InlineData(CellKind.GruResetBefore, 0, WeightFormat.Float32)]
    [InlineData(CellKind.GruResetBefore, 0, WeightFormat.BFloat16)]
    [InlineData(CellKind.Rnn, 0, WeightFormat.Int8)]
    public void Steps_of_small_layers(CellKind cell, int projection, WeightFormat format)
    {
        using WorkerTeam three = new(3, meetingTime: 70) { DividesAll = true }, eight = new(8, meetingTime: 70) { DividesAll = true };
        foreach (int units in (ReadOnlySpan<int>)[5, 20, 70, 150])
        {
            using SequenceModel model = Writer(cell, vocabulary: units + 9, inputs: 3, units, Math.Min(projection, units));
            FrozenModel weights = model.Freeze(format);
            float[] expected = new float[units + 9], found = new float[units + 9];
            foreach (WorkerTeam team in (ReadOnlySpan<WorkerTeam>)[three, eight])
            {
                using SequenceSession one = weights.CreateSession(), many = weights.CreateSession(team);
                for (int t = 0; t < 5; t++)
                {
                    one.Step(t, expected);
                    many.Step(t, found);
                    Bits.Equal($"{units} units, {team.Threads} threads, step {t}", expected, found);
                }
            }
        }

        Assert.True(three.Calls > 0);
    }

    private static SequenceModel Writer(CellKind cell, int vocabulary, int inputs, int units, int projection)
    {
        var model = new SequenceModel(new()
        {
            Vocabulary = vocabulary,
            Outputs = vocabulary,
            Recurrent = new() { Cell = cell, InputSize = inputs, HiddenSizes = [units], ProjectionSize = projection },
        });
        model.Initialize(seed: 8);
        return model;
    }
}
