using SpanRnn.Interchange;
using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Tests.Laws;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>The laws of the house hold for imported models too.</summary>
[Collection(Alone.Name)]
public sealed class ImportedModelLaws
{
    private const int Steps = 6, Batch = 5;
    private static readonly int[] Lengths = [6, 3, 0, 1, 6];

    public static TheoryData<string> Models => [.. AssembledModels.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void The_bits_are_the_same_at_every_width(string name)
    {
        float[] expected = Run(name, Isa.Of(1), Lengths);
        foreach (int lanes in Numbers.Widths)
        {
            Bits.Equal($"{name}, {lanes} lanes", expected, Run(name, Isa.Of(lanes), Lengths));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Rows_do_not_meet_and_outputs_past_a_length_are_zero(string name)
    {
        using ImportedModel model = AssembledModels.Create(name, Isa.Best);
        using ImportedRun run = model.Plan(Steps, Batch);
        float[] all = Run(model, run, Steps, Batch, Lengths, Input(model, Steps * Batch));
        for (int b = 0; b < Batch; b++)
        {
            float[] alone = Run(model, run, Lengths[b], 1, [], Row(Input(model, Steps * Batch), b, Lengths[b]));
            for (int t = 0; t < (model.GivesEveryStep ? Steps : 1); t++)
            {
                float[] expected = !model.GivesEveryStep ? alone
                    : t < Lengths[b] ? alone[(t * model.OutputSize)..((t + 1) * model.OutputSize)] : new float[model.OutputSize];
                Bits.Equal($"{name}, sequence {b}, step {t}", expected, all.AsSpan((t * Batch + b) * model.OutputSize, model.OutputSize));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Stepping_is_running_and_a_state_can_be_taken_elsewhere(string name)
    {
        using ImportedModel model = AssembledModels.Create(name, Isa.Best);
        if (!AssembledModels.CanStep(name))
        {
            Assert.Throws<InvalidOperationException>(() => model.CreateSession());
            return;
        }

        using ImportedRun run = model.Plan(Steps, 1);
        using ImportedSession session = model.CreateSession(), other = model.CreateSession();
        float[] input = Input(model, Steps), y = new float[model.OutputSize], state = new float[session.StateSize];
        for (int round = 0; round < 2; round++)
        {
            for (int t = 0; t < Steps; t++)
            {
                float[] x = input[(t * Width(model))..((t + 1) * Width(model))];
                session.CopyStateTo(state);
                other.CopyStateFrom(state);
                Step(model, session, x, y);
                float[] expected = Run(model, run, t + 1, 1, [], input[..((t + 1) * Width(model))])[^model.OutputSize..];
                Bits.Equal($"{name}, round {round}, step {t}", expected, y);
                Step(model, other, x, y);
                Bits.Equal($"{name}, round {round}, step {t}, elsewhere", expected, y);
            }

            session.Reset();
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_planned_run_and_a_step_allocate_no_byte(string name)
    {
        using ImportedModel model = AssembledModels.Create(name, Isa.Best);
        using ImportedRun run = model.Plan(Steps, Batch);
        float[] x = Input(model, Steps * Batch), y = new float[OutputLength(model, Steps, Batch)], one = new float[model.OutputSize];
        int[] tokens = Tokens(x);
        Assert.Equal(0, Allocations.Of(() =>
        {
            if (model.TakesTokens)
            {
                run.Run(Steps, Batch, Lengths, tokens, y);
            }
            else
            {
                run.Run(Steps, Batch, Lengths, x, y);
            }
        }));
        if (AssembledModels.CanStep(name))
        {
            using ImportedSession session = model.CreateSession();
            Assert.Equal(0, Allocations.Of(() =>
            {
                if (model.TakesTokens)
                {
                    session.Step(tokens[0], one);
                }
                else
                {
                    session.Step(x.AsSpan(0, model.InputSize), one);
                }
            }));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_rental_is_returned(string name)
    {
        int before = SlabPool.Outstanding;
        using (ImportedModel model = AssembledModels.Create(name, Isa.Best))
        {
            model.Plan(2, 3).Dispose();
            if (!AssembledModels.CanStep(name))
            {
                Assert.Throws<InvalidOperationException>(() => model.CreateSession());
            }
            else
            {
                model.CreateSession().Dispose();
            }
        }

        Assert.Equal(before, SlabPool.Outstanding);
    }

    private static float[] Run(string name, Isa isa, int[] lengths)
    {
        using ImportedModel model = AssembledModels.Create(name, isa);
        using ImportedRun run = model.Plan(Steps, Batch);
        return Run(model, run, Steps, Batch, lengths, Input(model, Steps * Batch));
    }

    private static float[] Run(ImportedModel model, ImportedRun run, int steps, int batch, int[] lengths, float[] input)
    {
        float[] y = [.. Enumerable.Repeat(float.NaN, OutputLength(model, steps, batch))];
        if (model.TakesTokens)
        {
            run.Run(steps, batch, lengths, Tokens(input), y);
        }
        else
        {
            run.Run(steps, batch, lengths, input, y);
        }

        Assert.DoesNotContain(float.NaN, y);
        return y;
    }

    private static void Step(ImportedModel model, ImportedSession session, float[] x, float[] y)
    {
        if (model.TakesTokens)
        {
            session.Step(Tokens(x)[0], y);
        }
        else
        {
            session.Step(x, y);
        }
    }

    private static int OutputLength(ImportedModel model, int steps, int batch) => (model.GivesEveryStep ? steps : 1) * batch * model.OutputSize;

    private static int Width(ImportedModel model) => model.TakesTokens ? 1 : model.InputSize;

    private static float[] Input(ImportedModel model, int rows) => Numbers.Of(99, rows * Width(model));

    private static int[] Tokens(float[] x) => [.. x.Select(value => (int)((value + 1) / 2 * (AssembledModels.Tokens - 1)))];

    private static float[] Row(float[] x, int b, int length)
    {
        int width = x.Length / (Steps * Batch);
        return [.. Enumerable.Range(0, length).SelectMany(t => x[((t * Batch + b) * width)..((t * Batch + b + 1) * width)])];
    }
}
