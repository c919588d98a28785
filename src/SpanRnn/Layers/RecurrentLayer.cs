using System.Numerics.Tensors;
using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Parameters;
using SpanRnn.Streaming;

namespace SpanRnn.Layers;

/// <summary>One recurrent layer in one direction: its tensors in the arena, and their packed form.</summary>
internal abstract partial class RecurrentLayer : IPackedLayer, IDisposable
{
    private readonly int _wInput, _wRecurrent, _bInput, _bRecurrent, _wPeephole, _wProjection;
    private readonly ActivationKind _gates;

    protected RecurrentLayer(CellShape shape, RecurrentOptions options, int index, bool reverse, string prefix, ParameterLayout layout)
    {
        Shape = shape;
        Index = index;
        InputSize = options.InputSizeOf(index);
        Units = options.HiddenSizes[index];
        StateSize = options.StateSize(index);
        HasProjection = options.ProjectionSize > 0;
        HasPeepholes = options.Peepholes;
        _gates = CellChoice.Settings(options, reverse ? 1 : 0).F.Kind;
        Bias = options.Bias;

        // PyTorch's names, shapes and order.
        string suffix = $"_l{index}{(reverse ? "_reverse" : "")}";
        int rows = shape.Gates * Units;
        _wInput = layout.AddMatrix($"{prefix}weight_ih{suffix}", rows, InputSize);
        _wRecurrent = layout.AddMatrix($"{prefix}weight_hh{suffix}", rows, StateSize);
        _bInput = Bias == BiasKind.None ? -1 : layout.AddVector($"{prefix}bias_ih{suffix}", rows);
        _bRecurrent = Bias != BiasKind.Double ? -1 : layout.AddVector($"{prefix}bias_hh{suffix}", rows);
        _wPeephole = HasPeepholes ? layout.AddVector($"{prefix}weight_peephole{suffix}", PeepholeSlots.Length * Units) : -1;
        _wProjection = HasProjection ? layout.AddMatrix($"{prefix}weight_hr{suffix}", StateSize, Units) : -1;
        (Start, Length) = (layout.Tensors[_wInput].Offset, layout.Length - layout.Tensors[_wInput].Offset);
    }

    public CellShape Shape { get; }

    /// <summary>Where the layer's tensors begin in the arena, and how many floats they take.</summary>
    public int Start { get; }

    public int Length { get; }

    public int End => Start + Length;

    public bool IsUpdatedByBlocks(int parts) =>
        IPackedLayer.IsUpdatedByBlocks((long)Shape.Gates * Units * Block.Pad(Math.Max(InputSize, StateSize)), Block.Count(Units), parts);

    /// <summary>Which layer of the stack.</summary>
    public int Index { get; }

    /// <summary>I.</summary>
    public int InputSize { get; }

    /// <summary>H.</summary>
    public int Units { get; }

    /// <summary>Numbers in h: H, or the projection's size.</summary>
    public int StateSize { get; }

    public bool HasProjection { get; }

    public bool HasPeepholes { get; }

    public BiasKind Bias { get; }

    /// <inheritdoc cref="IPackedLayer.IsBehind"/>
    public abstract bool IsBehind { get; }

    /// <summary>Whether R's panels of the way forward are behind the weights, all of them or the candidate's, for tests.</summary>
    public abstract bool IsRecurrentBehind { get; }

    /// <summary>Whether R's panels of the way back are behind the weights, all of them or the candidate's, for tests.</summary>
    public abstract bool IsBehindOnTheWayBack { get; }

    /// <inheritdoc cref="MatrixPanels.NearFloats"/>
    public abstract int NearFloats { get; }

    /// <summary>Floats of R's panels, all of them and the candidate's, that a training step had better pack before it uses them; 0 of a small R.</summary>
    public abstract int FloatsAtUse { get; }

    /// <summary>Floats that a step back needs room for beside its results: <see cref="MatrixPanels.SumFloats"/>.</summary>
    public abstract int SumFloats { get; }

    /// <summary>The indices of W, R and W_hr in the layout.</summary>
    protected int InputTensor => _wInput;

    protected int RecurrentTensor => _wRecurrent;

    protected int ProjectionTensor => _wProjection;

    /// <summary>W, [G x H, I].</summary>
    public TensorView InputWeights(ParameterSet set) => set[_wInput];

    /// <summary>R, [G x H, H or P].</summary>
    public TensorView RecurrentWeights(ParameterSet set) => set[_wRecurrent];

    /// <summary>W_hr, [P, H]; only with a projection.</summary>
    public TensorView ProjectionWeights(ParameterSet set) => set[_wProjection];

    /// <summary>b beside W; only if there is one.</summary>
    public TensorView InputBias(ParameterSet set) => set[_bInput];

    /// <summary>b beside R; only if there are two.</summary>
    public TensorView RecurrentBias(ParameterSet set) => set[_bRecurrent];

    /// <summary>Draws the layer's tensors.</summary>
    public void Initialize(ParameterSet weights, RecurrentInitializers initializers, RandomStream random)
    {
        initializers.InputWeight.Fill(weights[_wInput], random);
        initializers.RecurrentWeight.Fill(weights[_wRecurrent], random);
        if (_bInput >= 0)
        {
            initializers.Bias.Fill(weights[_bInput], random);
        }

        if (_bRecurrent >= 0)
        {
            initializers.RecurrentBias.Fill(weights[_bRecurrent], random);
        }

        if (_wPeephole >= 0)
        {
            initializers.Peephole.Fill(weights[_wPeephole], random);
        }

        if (_wProjection >= 0)
        {
            initializers.Projection.Fill(weights[_wProjection], random);
        }
    }

    /// <summary>Negates W, R and b of a GRU's update gate: 1 - sigmoid(a) = sigmoid(-a).</summary>
    /// <exception cref="InvalidOperationException">The cell is no GRU, or its gates are no sigmoids.</exception>
    public void FlipUpdateGate(ParameterSet weights)
    {
        const int updateGate = 1; // r z n
        if (Shape.Gates != 3)
        {
            throw new InvalidOperationException($"Only a GRU has an update gate; the cell is {Shape.Name}.");
        }

        if (_gates != ActivationKind.Sigmoid)
        {
            throw new InvalidOperationException($"Only a sigmoid has 1 - f(a) = f(-a); the update gate's activation is {_gates}.");
        }

        foreach (int index in (ReadOnlySpan<int>)[_wInput, _wRecurrent, _bInput, _bRecurrent])
        {
            if (index >= 0)
            {
                TensorView tensor = weights[index];
                int perUnit = tensor.Info.IsVector ? 1 : tensor.Stride;
                Span<float> gate = tensor.Memory.Slice(updateGate * Units * perUnit, Units * perUnit);
                TensorPrimitives.Negate(gate, gate);
            }
        }
    }

    /// <summary>Takes over changed weights.</summary>
    public void Pack(ParameterSet weights) => Pack(weights, null, 0, 1);

    public abstract void Pack(ParameterSet weights, IWeightUpdate? update, int part, int parts);

    /// <summary>Runs over packed rows of x; the tape's initial states are set, its other states and the tape are written.</summary>
    /// <param name="timeline">The rows.</param>
    /// <param name="x">Packed rows of input.</param>
    /// <param name="tape">The layer's.</param>
    /// <param name="output">For inference: where the hidden states go; empty for the tape. Of a layer with a projection without gaps between rows.</param>
    public abstract void Forward(Timeline timeline, RowView x, LayerTape tape, OutputRows output = default);

    /// <summary>The same by the caller's thread alone: a part of a call, which may not divide itself further.</summary>
    public abstract void ForwardAlone(Timeline timeline, RowView x, LayerTape tape, OutputRows output = default);

    /// <summary>Whether two threads do better with one direction of a layer each than by sharing the work of both.</summary>
    public abstract bool IsBetterAlone(Timeline timeline, LayerTape tape);

    /// <summary>
    /// Back-propagation through time. On entry the tape's DH and DC hold the final states' gradients, on return the initial
    /// states', if the tape says that they are wanted. <paramref name="dy"/> is the gradient of every step's output, empty for none; <paramref name="dx"/> gets the
    /// input's, unless empty. With an <paramref name="update"/> the layer may change its weights at once, and then keeps no gradients of W and R.
    /// </summary>
    public abstract void Backward(
        Timeline timeline, RowView x, LayerTape tape, RowView dy, RowView dx, ParameterSet gradients, bool accumulate, IWeightUpdate? update = null);

    /// <inheritdoc cref="ForwardAlone"/>
    public abstract void BackwardAlone(
        Timeline timeline, RowView x, LayerTape tape, RowView dy, RowView dx, ParameterSet gradients, bool accumulate);

    /// <summary>Whether one thread computes all sums over some rows of da before those over the next.</summary>
    public abstract bool AreSumsTogether(Timeline timeline);

    /// <summary>The weights as they are now, packed for steps.</summary>
    /// <exception cref="ArgumentException">A weight is no finite number, and the format needs one.</exception>
    public abstract StreamLayer Freeze(ParameterSet weights, WeightFormat format);

    public abstract void Dispose();

    /// <summary>The bias of each slot: b beside W where W writes it, plus b beside R where R does.</summary>
    protected void PackBias(ParameterSet weights, Span<float> slots)
    {
        slots.Clear();
        if (_bInput >= 0)
        {
            AddToSlots(Shape.Input, InputBias(weights).Memory, slots);
        }

        if (_bRecurrent >= 0)
        {
            AddToSlots(Shape.Recurrent, RecurrentBias(weights).Memory, slots);
            AddToSlots(Shape.Candidate, RecurrentBias(weights).Memory, slots);
        }
    }

    /// <summary>From the sums of da, slot by slot, to the biases' gradients.</summary>
    protected void UnpackBias(ReadOnlySpan<float> slots, ParameterSet gradients, bool accumulate)
    {
        if (_bInput >= 0)
        {
            AddFromSlots(Shape.Input, slots, InputBias(gradients).Memory, accumulate);
        }

        if (_bRecurrent >= 0)
        {
            AddFromSlots(Shape.Recurrent, slots, RecurrentBias(gradients).Memory, accumulate);
            AddFromSlots(Shape.Candidate, slots, RecurrentBias(gradients).Memory, accumulate);
        }
    }

    private int SlotOf(GateProduct product, int gate, int unit) =>
        (unit / Block.Size * Shape.Slots + product.FirstSlot + gate) * Block.Size + unit % Block.Size;

    private void AddToSlots(GateProduct? product, ReadOnlySpan<float> bias, Span<float> slots)
    {
        for (int gate = 0; gate < (product?.Gates.Length ?? 0); gate++)
        {
            for (int unit = 0; unit < Units; unit++)
            {
                slots[SlotOf(product!, gate, unit)] += bias[product!.Gates[gate] * Units + unit];
            }
        }
    }

    private void AddFromSlots(GateProduct? product, ReadOnlySpan<float> slots, Span<float> bias, bool accumulate)
    {
        for (int gate = 0; gate < (product?.Gates.Length ?? 0); gate++)
        {
            for (int unit = 0; unit < Units; unit++)
            {
                ref float sum = ref bias[product!.Gates[gate] * Units + unit];
                sum = (accumulate ? sum : 0f) + slots[SlotOf(product, gate, unit)];
            }
        }
    }
}
