using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Kernels.Tile;

namespace SpanRnn.Kernels;

/// <summary>Panels of a product whose sums have sections (<see cref="Product.Section"/>): the first writes C, each other is summed apart and added.</summary>
/// <remarks>Tiles write what is to be added beside each other, where it stays near: a tile that added its sums to C itself would move them between registers in its loop.</remarks>
internal static class SectionSums
{
    /// <summary>All sections of a panel, one after the other: for few rows, whose sums stay near.</summary>
    [SkipLocalsInit]
    public static void All<V>(in Product p, ref float a, ref float b, ref float init, ref float c, int rows, int width) where V : struct, ILanes<V>
    {
        ref float sums = ref Lines.First(stackalloc float[(rows * width + 1) * Block.Size]);
        Product part = p;
        part.Section = 0;
        (part.Runs, part.RunLength) = p.RunsOf(0, p.Section);
        Gemm.Panel<V>(in part, ref a, ref b, ref init, ref c, rows, width);
        (part.InitRow, part.CRow) = (0, width * NextLines.Line);
        for (int done = p.Section, total = p.Runs * p.RunLength; done < total; done += p.Section)
        {
            (part.Runs, part.RunLength) = p.RunsOf(done, p.Section);
            Gemm.Panel<V>(in part, ref At(ref a, p.ToTerm(done)), ref At(ref b, done * p.BStep), ref Zeros.Row(width * Block.Size), ref sums, rows, width);
            AddRows<V>(ref sums, ref c, p.CRow, rows, width);
        }
    }

    /// <summary>One section of a panel, whose sums are added to C: for many rows, which are swept over section by section.</summary>
    [SkipLocalsInit]
    public static void One<V>(in Product p, ref float a, ref float b, ref float init, ref float c, int rows, int width) where V : struct, ILanes<V>
    {
        ref float sums = ref Lines.First(stackalloc float[(rows * width + 1) * Block.Size]);
        Product part = p;
        (part.IsAdded, part.IsFar, part.CRow) = (false, false, width * NextLines.Line);
        Gemm.Panel<V>(in part, ref a, ref b, ref init, ref sums, rows, width);
        AddRows<V>(ref sums, ref c, p.CRow, rows, width);
    }

    /// <summary>Rows of so many vectors, side by side, are added to C's.</summary>
    [MethodImpl(Hot.Loop)]
    private static void AddRows<V>(ref float sums, ref float c, nint row, int rows, int width) where V : struct, ILanes<V>
    {
        for (; rows > 0; rows--)
        {
            for (int i = 0; i < width * Block.Size; i += V.Width)
            {
                ref float sum = ref Unsafe.Add(ref c, i);
                (V.Load(in sum) + V.Load(in Unsafe.Add(ref sums, i))).Store(ref sum);
            }

            sums = ref Unsafe.Add(ref sums, width * Block.Size);
            c = ref At(ref c, row);
        }
    }
}
