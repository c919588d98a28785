using SpanRnn.Interchange;
using SpanRnn.Interchange.Stages;
using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Streaming;
using SpanRnn.Tests.Laws;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>Imported models that are stepped with small weights.</summary>
[Collection(Alone.Name)]
public sealed class SmallWeightsTests
{
    private const int Steps = 12;

    public static TheoryData<string> Models => [.. AssembledModels.Names.Where(AssembledModels.CanStep)];

    /// <summary>Weights here lie between -1 and 1 and sums have up to 33 terms: rounding each by 2^-9 or by 1/254 moves an output so far at most.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Outputs_lie_near_those_of_float32_and_have_the_same_bits_at_every_width(string name)
    {
        float[] reference = Run(name, Isa.Best, WeightFormat.Float32);
        foreach ((WeightFormat format, double tolerance) in ((WeightFormat, double)[])[(WeightFormat.BFloat16, 0.02), (WeightFormat.Int8, 0.03)])
        {
            float[] expected = Run(name, Isa.Best, format);
            double largest = reference.Max(value => Math.Abs((double)value)), most = 0;
            for (int i = 0; i < reference.Length; i++)
            {
                most = Math.Max(most, Math.Abs((double)expected[i] - reference[i]));
            }

            Assert.InRange(most, 1e-9, tolerance * Math.Max(1, largest));
            foreach (int lanes in Numbers.Widths)
            {
                Bits.Equal($"{name}, {format}, {lanes} lanes", expected, Run(name, Isa.Of(lanes), format));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Fewer_bytes_are_read_nothing_is_allocated_and_every_rental_is_returned(string name)
    {
        int before = SlabPool.Outstanding;
        using (ImportedModel model = AssembledModels.Create(name, Isa.Best))
        {
            long full = long.MaxValue;
            foreach (WeightFormat format in Enum.GetValues<WeightFormat>())
            {
                using ImportedSession session = model.CreateSession(format), other = model.CreateSession(format);
                Assert.Equal(format, session.WeightFormat);
                Assert.InRange(session.WeightBytes, 1, format == WeightFormat.BFloat16 ? full - 1 : long.MaxValue); // int8's scales outweigh rows of 3 numbers
                Assert.Equal(session.WeightBytes, other.WeightBytes);
                full = Math.Min(full, format == WeightFormat.Float32 ? session.WeightBytes : full);
                float[] x = Numbers.Of(1, AssembledModels.Inputs), y = new float[model.OutputSize];
                Assert.Equal(0, Allocations.Of(() => Step(model, session, x, 3, y)));
            }
        }

        Assert.Equal(before, SlabPool.Outstanding);
    }

    [Fact]
    public void Int8_refuses_what_is_not_finite()
    {
        using var model = new ImportedModel([new DenseStage([1f, float.NaN], [], 2, 1)], new ModelSummary { Format = "a test's" });
        Assert.Contains(
            "a dense layer's weight: expected finite numbers", Assert.Throws<ArgumentException>(() => model.CreateSession(WeightFormat.Int8)).Message);
        model.CreateSession(WeightFormat.BFloat16).Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => model.CreateSession((WeightFormat)9));
    }

    private static float[] Run(string name, Isa isa, WeightFormat format)
    {
        using ImportedModel model = AssembledModels.Create(name, isa);
        using ImportedSession session = model.CreateSession(format);
        float[] x = Numbers.Of(3, Steps * AssembledModels.Inputs), y = new float[Steps * model.OutputSize];
        for (int t = 0; t < Steps; t++)
        {
            Step(
                model, session, x.AsSpan(t * AssembledModels.Inputs, AssembledModels.Inputs), t % AssembledModels.Tokens,
                y.AsSpan(t * model.OutputSize, model.OutputSize));
        }

        return y;
    }

    private static void Step(ImportedModel model, ImportedSession session, ReadOnlySpan<float> x, int token, Span<float> y)
    {
        if (model.TakesTokens)
        {
            session.Step(token, y);
        }
        else
        {
            session.Step(x, y);
        }
    }
}
