using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Kernels;

namespace SpanRnn.Tests.Support;

/// <summary>A product of some cell's weights with some rows.</summary>
/// <param name="Product">Which of <see cref="Products"/>.</param>
/// <param name="Units">H.</param>
/// <param name="Depth">K.</param>
/// <param name="Rows">Rows of x and da.</param>
/// <param name="Add">Whether results are added to what is there.</param>
/// <param name="Seed">Of the numbers.</param>
internal sealed record PanelCase(int Product, int Units, int Depth, int Rows, bool Add, int Seed)
{
    /// <summary>Every cell's products: which gates go to which slots. The numbers are the gates of G x H rows.</summary>
    public static readonly (int[] Gates, int FirstSlot, int Slots, int AllGates)[] Products =
        [([0], 0, 1, 1), ([0, 1, 2, 3], 0, 4, 4), ([2, 0, 1], 0, 4, 3), ([0, 1, 2], 1, 4, 3), ([0, 1], 0, 3, 3), ([2], 2, 3, 3)];

    /// <summary>Few rows, or a little less or more than weight gradients take at once.</summary>
    public static Gen<PanelCase> Any { get; } =
        from product in Gen.Choose(0, Products.Length - 1)
        from units in Gen.Choose(1, 70)
        from depth in Gen.Choose(1, 70)
        from rows in Gen.Frequency((18, Gen.Choose(1, 20)), (1, Gen.Choose(126, 134)), (1, Gen.Choose(250, 262)))
        from add in Gen.Elements(true, false)
        from seed in Gen.Choose(1, 1_000_000)
        select new PanelCase(product, units, depth, rows, add, seed);

    public int Slot(int unit, int slots, int slot) => (unit / Block.Size * slots + slot) * Block.Size + unit % Block.Size;

    /// <summary>A matrix whose rows are whole blocks, the padding zero.</summary>
    public float[] Padded(int seed, int rows, int columns)
    {
        float[] values = Numbers.Of(seed, rows * Block.Pad(columns));
        for (int row = 0; row < rows; row++)
        {
            values.AsSpan(row * Block.Pad(columns) + columns, Block.Pad(columns) - columns).Clear();
        }

        return values;
    }
}
