using System.Runtime.CompilerServices;
using SpanRnn.Lanes;

namespace SpanRnn.Kernels;

/// <summary>
/// dx += W' da for one row of da, straight from the rows of W: each is multiplied with its number of da and added. The terms have the order of <see cref="SlotPanels"/>' product:
/// block by block, slot by slot, lane by lane.
/// </summary>
/// <remarks>
/// Rows are read as they lie, four at a time, and dx stays in the first-level cache: as fast as panels are read. Of a matrix that the second-level cache does not hold the same rows
/// come first every time, which is why its sums are cut into sections: <see cref="SlotPanels.Sections"/>.
/// </remarks>
internal ref struct TransposedRows : IKernel
{
    private const int Together = 4;

    /// <summary>W's first row, da at the slot of the first gate, and dx.</summary>
    public ref float Weights, DA, DX;

    /// <summary>Which blocks of H rows, in the order of their slots.</summary>
    public ReadOnlySpan<int> Gates;

    /// <summary>H, the slots of a block of da, and the floats of a row of W and of dx.</summary>
    public int Units, Slots, Length;

    /// <summary>Whose terms.</summary>
    public BlockRange Blocks;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int block = Blocks.First; block < Blocks.End; block++)
        {
            int unit = block * Block.Size, lanes = Math.Min(Block.Size, Units - unit), whole = lanes / Together * Together;
            for (int slot = 0; slot < Gates.Length; slot++)
            {
                ref float da = ref Unsafe.Add(ref DA, (block * Slots + slot) * Block.Size);
                ref float rows = ref Unsafe.Add(ref Weights, (nint)(Gates[slot] * Units + unit) * Length);
                AddFours<V>(ref da, ref rows, whole);
                for (int lane = whole; lane < Block.Size; lane++)
                {
                    // Beyond the last unit zeros, as panels have there.
                    AddOne<V>(Unsafe.Add(ref da, lane), ref lane < lanes ? ref Unsafe.Add(ref rows, (nint)lane * Length) : ref Zeros.Row(Length));
                }
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    private readonly void AddFours<V>(ref float da, ref float row, int count) where V : struct, ILanes<V>
    {
        nint length = Length;
        ref float dx = ref DX;
        for (int lane = 0; lane < count; lane += Together)
        {
            V a0 = V.Of(da), a1 = V.Of(Unsafe.Add(ref da, 1)), a2 = V.Of(Unsafe.Add(ref da, 2)), a3 = V.Of(Unsafe.Add(ref da, 3));
            ref float row1 = ref Unsafe.Add(ref row, length), row2 = ref Unsafe.Add(ref row1, length), row3 = ref Unsafe.Add(ref row2, length);
            for (nint k = 0; k < length; k += V.Width)
            {
                V sum = V.Load(in Unsafe.Add(ref dx, k));
                V.AddProduct(ref sum, a0, in Unsafe.Add(ref row, k));
                V.AddProduct(ref sum, a1, in Unsafe.Add(ref row1, k));
                V.AddProduct(ref sum, a2, in Unsafe.Add(ref row2, k));
                V.AddProduct(ref sum, a3, in Unsafe.Add(ref row3, k));
                sum.Store(ref Unsafe.Add(ref dx, k));
            }

            da = ref Unsafe.Add(ref da, Together);
            row = ref Unsafe.Add(ref row3, length);
        }
    }

    [MethodImpl(Hot.Loop)]
    private readonly void AddOne<V>(float da, ref float row) where V : struct, ILanes<V>
    {
        V a = V.Of(da);
        for (int k = 0; k < Length; k += V.Width)
        {
            V sum = V.Load(in Unsafe.Add(ref DX, k));
            V.AddProduct(ref sum, a, in Unsafe.Add(ref row, k));
            sum.Store(ref Unsafe.Add(ref DX, k));
        }
    }
}
