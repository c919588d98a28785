using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using SpanRnn.Lanes;
using SpanRnn.Parameters;

namespace SpanRnn.Tests.Training;

/// <summary>What the facts of training are tried on.</summary>
internal static class Samples
{
    /// <summary>The widths of vectors, the widest first.</summary>
    public static readonly int[] Widths = [16, 8, 4, 1];

    /// <summary>A seed, rows and columns: around one block, around a chunk of 1024, and small.</summary>
    public static readonly Arbitrary<(int Seed, int Rows, int Columns)> Shapes = (
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from rows in Gen.Choose(1, 5)
        from columns in Gen.OneOf(Gen.Choose(1, 70), Gen.Choose(1020, 1060), Gen.Choose(2040, 2070))
        select (seed, rows, columns)).ToArbitrary();

    public static readonly Arbitrary<(int Seed, int Rows, int Columns)> SmallShapes = (
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from rows in Gen.Choose(1, 5)
        from columns in Gen.Choose(1, 40)
        select (seed, rows, columns)).ToArbitrary();

    /// <summary>So many draws, always the same ones: a failure can be repeated.</summary>
    public static Config Times(int count) => Config.QuickThrowOnFailure.WithMaxTest(count)
        .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(20_240_229, 11), FSharpOption<int>.None)));

    public static float[] Normal(int seed, int count, float deviation = 1f)
    {
        var values = new float[count];
        new RandomStream((ulong)seed).FillNormal(values, 0f, deviation);
        return values;
    }

    /// <summary>An arena of a matrix and a vector, with normal numbers and zero padding.</summary>
    public static ParameterSet Arena(ParameterLayout layout, int seed, float deviation = 1f)
    {
        var arena = new ParameterSet(layout);
        for (int i = 0; i < layout.Tensors.Count; i++)
        {
            Initializer.Normal(deviation).Fill(arena[i], new RandomStream((ulong)seed).Fork(i));
        }

        return arena;
    }

    public static ParameterLayout Layout(int rows, int columns)
    {
        var layout = new ParameterLayout();
        layout.AddMatrix("weight", rows, columns);
        layout.AddVector("bias", rows);
        return layout;
    }

    /// <summary>All floats to the bit, padding included.</summary>
    public static bool SameBits(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        bool same = a.Length == b.Length;
        for (int i = 0; same && i < a.Length; i++)
        {
            same = BitConverter.SingleToInt32Bits(a[i]) == BitConverter.SingleToInt32Bits(b[i]);
        }

        return same;
    }

    /// <summary>Rows with their padding, filled with what must never be read.</summary>
    public static float[] Padded(float[] dense, int columns, int stride, float filling = float.NaN)
    {
        int rows = dense.Length / columns;
        var padded = new float[rows * stride];
        padded.AsSpan().Fill(filling);
        for (int row = 0; row < rows; row++)
        {
            dense.AsSpan(row * columns, columns).CopyTo(padded.AsSpan(row * stride));
        }

        return padded;
    }

    public static void ForEachWidth(Action<Isa> action)
    {
        foreach (int width in Widths)
        {
            action(Isa.Of(width));
        }
    }
}
