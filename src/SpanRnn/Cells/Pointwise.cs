using System.Runtime.CompilerServices;
using SpanRnn.Lanes;
using static SpanRnn.Cells.ActivationMath;

namespace SpanRnn.Cells;

/// <summary>What a general cell reads for one block of units beside a and the states: its settings, and rows with a number for each unit.</summary>
/// <param name="settings">The same for all units.</param>
/// <param name="row">The block's vectors, <see cref="Stride"/> floats apart: the mask first, then what the cell names.</param>
internal readonly ref struct Pointwise(ref readonly CellSettings settings, ref float row)
{
    /// <summary>Floats from a block's vector to its next one: the units of a block.</summary>
    public const int Stride = 16;

    private readonly ref readonly CellSettings _settings = ref settings;
    private readonly ref float _row = ref row;

    public bool HasPeepholes => _settings.HasPeepholes;

    public bool CoupledForgetGate => _settings.CoupledForgetGate;

    /// <summary>One vector of the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Vector<V>(int index) where V : struct, ILanes<V> => V.Load(in Unsafe.Add(ref _row, index * Stride));

    /// <summary>x, but 0 where there is no unit: a general activation need not map 0 to 0, and padding must stay 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Masked<V>(V x) where V : struct, ILanes<V> => V.IfLess(V.Of(0f), Vector<V>(0), x, V.Of(0f));

    /// <summary>The gates' activation of a, limited.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V F<V>(V a) where V : struct, ILanes<V> => Apply(Limit(a, _settings.Clip), in _settings.F);

    /// <summary>The candidate's activation of a, limited.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V G<V>(V a) where V : struct, ILanes<V> => Apply(Limit(a, _settings.Clip), in _settings.G);

    /// <summary>The output's activation of c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V H<V>(V c) where V : struct, ILanes<V> => Apply(c, in _settings.H);

    /// <summary>The derivative of <see cref="F"/> at a, where it is y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V DF<V>(V a, V y) where V : struct, ILanes<V> =>
        DLimit(a, _settings.Clip, Derivative(Limit(a, _settings.Clip), y, in _settings.F));

    /// <summary>The derivative of <see cref="G"/> at a, where it is y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V DG<V>(V a, V y) where V : struct, ILanes<V> =>
        DLimit(a, _settings.Clip, Derivative(Limit(a, _settings.Clip), y, in _settings.G));

    /// <summary>The derivative of <see cref="H"/> at c, where it is y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V DH<V>(V c, V y) where V : struct, ILanes<V> => Derivative(c, y, in _settings.H);
}
