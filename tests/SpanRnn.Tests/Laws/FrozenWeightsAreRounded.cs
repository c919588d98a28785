using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Streaming;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Small weights are weights that were rounded, and nothing else: the same bits at every width, and the twin's results with the rounded ones.</summary>
public sealed class FrozenWeightsAreRounded
{
    private static readonly Limits Streams = Limits.Streams with { Given = [7] };

    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void BFloat16_has_the_bits_of_float32_with_weights_rounded_before(LawCell cell) => Problems.ForAll(cell, 12, Streams, problem =>
    {
        using Recurrent rounded = EngineRun.Load(problem, Isa.Best);
        foreach (ParameterInfo tensor in rounded.Weights.Layout.Tensors)
        {
            if (!tensor.IsVector)
            {
                Round(rounded.Weights[tensor.Name].Memory);
            }
        }

        float[] expected = Run(rounded.Freeze(), problem);
        foreach (int lanes in Numbers.Widths)
        {
            using Recurrent engine = EngineRun.Load(problem, Isa.Of(lanes));
            Bits.Equal($"{lanes} lanes", expected, Run(engine.Freeze(WeightFormat.BFloat16), problem));
        }
    });

    [Theory]
    [MemberData(nameof(Cells))]
    public void Int8_has_the_same_bits_at_every_width_and_the_twins_results_with_weights_rounded_before(LawCell cell) =>
        Problems.ForAll(cell, 12, Streams with { Steps = [1, 2, 3], Scales = [0.2, 0.5] }, problem =>
        {
            Dictionary<string, double[]> weights = problem.Weights();
            using Recurrent engine = EngineRun.Load(problem, Isa.Best);
            foreach (ParameterInfo tensor in engine.Weights.Layout.Tensors.Where(tensor => !tensor.IsVector))
            {
                weights[tensor.Name] = Rounded(engine.Weights[tensor.Name]);
            }

            float[] found = Run(engine.Freeze(WeightFormat.Int8), problem);
            Closeness.Absolute("output", problem.Stack.Run(weights, problem.Batch()).Output, found, 2e-5);
            foreach (int lanes in Numbers.Widths)
            {
                using Recurrent narrow = EngineRun.Load(problem, Isa.Of(lanes));
                Bits.Equal($"{lanes} lanes", found, Run(narrow.Freeze(WeightFormat.Int8), problem));
            }
        });

    [Fact]
    public void The_nearest_bfloat16_is_found_and_halves_go_to_even()
    {
        foreach (float value in (float[])[0f, -0f, 1f, -1.5f, 3.1415927f, 1e-40f, 3.4e38f, float.PositiveInfinity, float.NegativeInfinity, .. Numbers.Of(3, 10_000)])
        {
            float rounded = BFloat16.ToSingle(BFloat16.FromSingle(value));
            uint bits = BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000;
            float below = BitConverter.UInt32BitsToSingle(bits), above = BitConverter.UInt32BitsToSingle(bits + 0x10000);
            double toBelow = Math.Abs((double)value - below), toAbove = Math.Abs(value - (float.IsInfinity(above) ? Math.ScaleB(Math.Sign(above), 128) : above));
            float nearest = toBelow == 0 || toBelow < toAbove || toBelow == toAbove && (bits & 0x10000) == 0 || float.IsInfinity(value) ? below : above;
            Bits.Equal($"{value}", [nearest], [rounded]);
        }

        Assert.True(float.IsNaN(BFloat16.ToSingle(BFloat16.FromSingle(BitConverter.UInt32BitsToSingle(0x7F800001)))));
    }

    [Fact]
    public void Rounding_to_int8_twice_is_rounding_once()
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            float[] row = Numbers.Of(seed, 1 + seed);
            float factor = MathF.Pow(10, seed % 30 - 15);
            for (int i = 0; i < row.Length; i++)
            {
                row[i] *= factor;
            }

            float scale = Int8.ScaleOf(row);
            float[] once = [.. row.Select(value => Int8.FromSingle(value, scale) * scale)];
            Bits.Equal("scale", [scale], [Int8.ScaleOf(once)]);
            Bits.Equal("row", once, [.. once.Select(value => Int8.FromSingle(value, scale) * scale)]);
            for (int i = 0; i < row.Length; i++)
            {
                Assert.True(Math.Abs((double)once[i] - row[i]) <= 0.50001 * scale, $"{row[i]}: {once[i]} is more than half of {scale} away.");
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Int8_refuses_what_is_not_finite_by_name(float value)
    {
        using var layers = new Recurrent(new RecurrentOptions { Cell = CellKind.Lstm, InputSize = 2, HiddenSizes = [3] });
        layers.Initialize(1);
        layers.Weights["weight_hh_l0"].Memory[1] = value;
        Assert.Contains("weight_hh_l0: expected finite numbers", Assert.Throws<ArgumentException>(() => layers.Freeze(WeightFormat.Int8)).Message);
        Assert.Equal(WeightFormat.BFloat16, layers.Freeze(WeightFormat.BFloat16).Format);
    }

    [Fact]
    public void Fewer_bytes_are_read()
    {
        using var layers = new Recurrent(new RecurrentOptions { Cell = CellKind.Gru, InputSize = 64, HiddenSizes = [64] });
        long full = layers.Freeze().WeightBytes, half = layers.Freeze(WeightFormat.BFloat16).WeightBytes, quarter = layers.Freeze(WeightFormat.Int8).WeightBytes;
        Assert.InRange(half, full / 2, full * 0.52);
        Assert.InRange(quarter, full / 4, full * 0.30);
    }

    private static float[] Run(FrozenRecurrent weights, Problem problem)
    {
        using RecurrentSession session = weights.CreateSession();
        TwinBatch batch = problem.Batch();
        float[] y = new float[problem.Steps * weights.OutputSize];
        session.CopyStateFrom(EngineRun.Floats(batch.H0), EngineRun.Floats(batch.C0));
        session.Run(EngineRun.Floats(batch.X), y);
        return y;
    }

    private static void Round(Span<float> weights)
    {
        foreach (ref float weight in weights)
        {
            weight = BFloat16.ToSingle(BFloat16.FromSingle(weight));
        }
    }

    private static double[] Rounded(TensorView tensor)
    {
        double[] rounded = new double[tensor.Info.Rows * tensor.Info.Columns];
        for (int row = 0; row < tensor.Info.Rows; row++)
        {
            Span<float> values = tensor.Row(row);
            float scale = Int8.ScaleOf(values);
            for (int column = 0; column < values.Length; column++)
            {
                rounded[row * tensor.Info.Columns + column] = (double)Int8.FromSingle(values[column], scale) * scale;
            }
        }

        return rounded;
    }
}
