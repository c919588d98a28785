using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tests.Laws;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Training.Optimizers;
using SpanRnn.Training.Schedules;
using Xunit;

namespace SpanRnn.Tests.Models;

/// <summary>The laws for models that write sequences: attention of each kind, bridges, contexts, feedback.</summary>
[Collection(Alone.Name)]
public sealed class EncoderDecoderLaws
{
    public static TheoryData<string> Cases => WritingCases.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradients_are_those_of_the_twin(string name)
    {
        WritingCase c = WritingCases.Of(name);
        using EncoderDecoder model = c.Load();
        Dictionary<string, double[]> weights = Arenas.Draw(model.Weights.Layout, c.Seed);
        using EncoderDecoderTrainer trainer = c.Trainer(model);
        Assert.Equal(c.Loss(weights), c.Step(trainer), 1e-5);
        foreach ((string tensor, float[] gradient) in Arenas.Read(trainer.Gradients))
        {
            double worst = CentralDifference.Gradient(() => c.Loss(weights), weights, tensor, 6).WorstError(gradient);
            Assert.True(worst <= 1e-5, $"the gradient of {tensor} is off by {worst:e2} of its largest value.");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_the_differences_of_the_engines_own_forward(string name)
    {
        WritingCase c = WritingCases.Of(name);
        using EncoderDecoder model = c.Load();
        Dictionary<string, double[]> weights = Arenas.Draw(model.Weights.Layout, c.Seed);
        using EncoderDecoderTrainer trainer = c.Trainer(model);
        c.Step(trainer);
        Dictionary<string, float[]> gradients = Arenas.Read(trainer.Gradients);
        foreach ((string tensor, float[] gradient) in gradients)
        {
            double[] values = weights[tensor], kept = [.. values];
            double[] direction = [.. TwinRandom.Values(c.Seed + 9, values.Length).Select(v => (double)Math.Sign(v))];
            double found = gradient.Zip(direction, (g, d) => g * d).Sum(), scale = gradient.Sum(g => Math.Abs((double)g));
            double slope = Enumerable.Range(0, 4).Select(k => Slope(0.016 / (1 << 2 * k))).MinBy(s => Math.Abs(s - found));
            kept.CopyTo(values, 0);
            Assert.True(Math.Abs(slope - found) <= 4e-3 * scale + 1e-4, $"{tensor}: differences say {slope:g6}, backward {found:g6}.");

            double Slope(double step) => (At(step) - At(-step)) / (2 * step);

            double At(double shift)
            {
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = kept[i] + shift * direction[i];
                }

                Arenas.Load(model.Weights, weights);
                model.Pack();
                return c.Evaluate(trainer);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_width_gives_the_same_bits_and_padding_stays_zero(string name)
    {
        WritingCase c = WritingCases.Of(name, isLarge: true);
        Dictionary<string, float[]> expected = [];
        float[] outputs = [];
        foreach (int lanes in Numbers.Widths)
        {
            using EncoderDecoder model = c.Load(isa: Isa.Of(lanes));
            using EncoderDecoderTrainer trainer = c.Trainer(model);
            c.Evaluate(trainer);
            float[] found = c.OutputsOf(trainer);
            c.Step(trainer);
            Dictionary<string, float[]> gradients = Arenas.Read(trainer.Gradients);
            if (lanes == Numbers.Widths[0])
            {
                (expected, outputs) = (gradients, found);
            }

            Bits.Equal($"{lanes} lanes: outputs", outputs, found);
            Arenas.SameBits($"{lanes} lanes", expected, gradients);
            for (int i = 0; i < trainer.Gradients.Layout.Tensors.Count; i++)
            {
                TensorView tensor = trainer.Gradients[i];
                for (int row = 0; row < tensor.Rows; row++)
                {
                    Bits.AllZero($"padding of {tensor.Info.Name}", tensor.Memory.Slice(row * tensor.Stride, tensor.Stride)[tensor.Columns..]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_sequence_alone_has_the_bits_it_has_in_a_batch(string name)
    {
        WritingCase c = WritingCases.Of(name, isLarge: true);
        using EncoderDecoder model = c.Load();
        using EncoderDecoderTrainer trainer = c.Trainer(model);
        c.Evaluate(trainer);
        float[] all = c.OutputsOf(trainer);
        for (int row = 0; row < c.Rows; row++)
        {
            (EncoderDecoderTrainer alone, float[] outputs) = c.Alone(model, row);
            using (alone)
            {
                Bits.Equal($"row {row}", StateRows.Steps(all, row, c.Rows, c.LengthOf(row), c.Twin.Outputs), outputs);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_tape_that_was_used_gives_the_bits_of_a_fresh_one_and_batches_accumulate(string name)
    {
        WritingCase c = WritingCases.Of(name, isLarge: true);
        using EncoderDecoder model = c.Load();
        using EncoderDecoderTrainer fresh = c.Trainer(model), used = c.Trainer(model, new() { Steps = 1, Optimizer = new Sgd(0.1), AccumulatedBatches = 3 });
        c.Step(fresh);
        Dictionary<string, float[]> once = Arenas.Read(fresh.Gradients);
        c.Step(used);
        c.Evaluate(used);
        c.Step(used);
        foreach ((string tensor, float[] twice) in Arenas.Read(used.Gradients))
        {
            double[] expected = [.. once[tensor].Select(g => 2.0 * g)];
            Closeness.Relative(tensor, expected, twice, 2e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_training_step_allocates_no_byte_and_every_rental_is_returned(string name)
    {
        WritingCase c = WritingCases.Of(name);
        int before = SlabPool.Outstanding;
        int[] tokens = c.TakesTokens ? c.SourceTokens : [], targets = c.Targets;
        float[] x = EngineRun.Floats(c.Source), numbers = EngineRun.Floats(c.NumberTargets);
        using (EncoderDecoder model = c.Load())
        {
            using EncoderDecoderTrainer trainer = c.Trainer(
                model, new() { Steps = 1, Optimizer = new Adam(), MaxGradientNorm = 1, TeacherForcing = Schedule.Constant(0.5), Seed = 3 });
            Assert.Equal(0, Allocations.Of(() =>
            {
                double loss = (c.TakesTokens, c.HasClasses) switch
                {
                    (true, true) => trainer.Step(tokens, targets, c.Rows, c.SourceLengths, c.Lengths),
                    (true, false) => trainer.Step(tokens, numbers, c.Rows, c.SourceLengths, c.Lengths),
                    (false, true) => trainer.Step(x, targets, c.Rows, c.SourceLengths, c.Lengths),
                    _ => trainer.Step(x, numbers, c.Rows, c.SourceLengths, c.Lengths),
                };
            }));
        }

        Assert.Equal(before, SlabPool.Outstanding);
    }
}
