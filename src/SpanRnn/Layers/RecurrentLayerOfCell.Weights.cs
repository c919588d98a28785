using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Kernels.Weights;
using SpanRnn.Memory;
using SpanRnn.Parameters;
using SpanRnn.Streaming;

namespace SpanRnn.Layers;

/// <summary>The layer's weights: packing, their gradients, their end.</summary>
internal sealed partial class RecurrentLayer<TCell>
{
    public override void Pack(ParameterSet weights, IWeightUpdate? update, int part, int parts)
    {
        // Block by block: what the optimizer has changed, and what the panels of the way forward have read, is near when it is read next.
        TensorView w = InputWeights(weights), r = RecurrentWeights(weights);
        BlockRange range = BlockRange.Part(_u / Block.Size, part, parts);
        for (int i = range.First; i < range.End; i++)
        {
            var block = new BlockRange(i, i + 1);
            Update(update, w, block);
            _input.Pack(w.Memory, w.Stride, block);
            _inputBack.Pack(w.Memory, w.Stride, block);
            Update(update, r, block);
            _recurrent.Pack(r.Memory, r.Stride, block);
            _recurrentBack.Pack(r.Memory, r.Stride, block);
            _candidate?.Pack(r.Memory, r.Stride, block);
            _candidateBack?.Pack(r.Memory, r.Stride, block);
        }

        int endOfVectors = End;
        if (HasProjection)
        {
            TensorView p = ProjectionWeights(weights);
            endOfVectors = p.Info.Offset;
            BlockRange rows = BlockRange.Part(Block.Count(StateSize), part, parts);
            update?.Run(p.Info.Offset + rows.Start * p.Stride, rows.LengthOf(StateSize) * p.Stride);
            _projection!.Pack(p.Memory, p.Stride, rows);
            _projectionBack!.Pack(p.Memory, p.Stride, rows);
        }

        if (part == parts - 1)
        {
            int vectors = r.Info.Offset + r.Memory.Length;
            update?.Run(vectors, endOfVectors - vectors);
            PackBias(weights, _bias.Span[.._a]);
            PackPointwise(weights, _bias.Span[_a..]);
        }
    }

    /// <summary>Changes the rows of one block of units, of all gates.</summary>
    private void Update(IWeightUpdate? update, TensorView matrix, BlockRange block)
    {
        int rows = block.LengthOf(Units);
        for (int gate = 0; update is not null && gate < Shape.Gates; gate++)
        {
            update.Run(matrix.Info.Offset + (gate * Units + block.Start) * matrix.Stride, rows * matrix.Stride);
        }
    }

    public override StreamLayer Freeze(ParameterSet weights, WeightFormat format)
    {
        StreamMatrix input = Matrix(InputWeights(weights), InputSize, Shape.Input), state = Matrix(RecurrentWeights(weights), StateSize, Shape.Recurrent);
        using Slab rows = Slab.Rent(_bias.Length);
        PackBias(weights, rows.Span[.._a]);
        PackPointwise(weights, rows.Span[_a..]);
        var source = new StreamSource
        {
            Inputs = InputSize,
            Units = Units,
            States = StateSize,
            Input = input,
            State = state,
            Candidate = Shape.Candidate is null ? StreamMatrix.None : Matrix(RecurrentWeights(weights), StateSize, Shape.Candidate) with { FirstSlot = 0 },
            Projection = HasProjection ? Matrix(ProjectionWeights(weights), Units, new GateProduct([0], 0)) : StreamMatrix.None,
            Bias = rows.Span[.._a],
            Pointwise = rows.Span[_a..],
            Settings = _settings,
            Isa = _isa,
        };
        return format switch
        {
            WeightFormat.Float32 => new StreamLayer<TCell, Float32>(source),
            WeightFormat.BFloat16 => new StreamLayer<TCell, BFloat16>(source),
            WeightFormat.Int8 => new StreamLayer<TCell, Int8>(source),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format of weights."),
        };
    }

    private static StreamMatrix Matrix(TensorView tensor, int depth, GateProduct product) => new()
    {
        Name = tensor.Info.Name,
        Values = tensor.Memory,
        Stride = tensor.Stride,
        Depth = depth,
        Gates = product.Gates,
        FirstSlot = product.FirstSlot,
    };

    /// <summary>dx = W' da, for a part of all packed rows.</summary>
    private void InputGradient(Timeline timeline, LayerTape tape, RowView dx, int part, int parts)
    {
        if (!dx.IsEmpty)
        {
            RowView da = new RowView(ref tape.A, timeline.Rows, _apart).Part(part, parts), rows = dx.Part(part, parts);
            _inputBack.Multiply(_isa, ref da.Origin, da.Count, ref Zeros.Row(dx.Stride), 0, ref rows.Origin, dx.Stride);
        }
    }

    /// <summary>A part of the rows of dW and dR, and of the biases' and peepholes' gradients.</summary>
    private void WeightGradients(
        Timeline timeline, RowView x, LayerTape tape, ParameterSet gradients, bool accumulate, int part, int parts)
    {
        TensorView dw = InputWeights(gradients);
        WeightGradient.Multiply(
            _isa, ref tape.A, TCell.Slots, Shape.Input.FirstSlot, Shape.Input.Gates, Units, ref x.Origin, x.Stride, timeline.Rows,
            ref dw.Origin, dw.Stride, accumulate, part, parts);

        // Steps whose previous states lie side by side are one product.
        TensorView dr = RecurrentWeights(gradients);
        int first = 0;
        do
        {
            int last = first;
            while (last + 1 < timeline.Longest && timeline.PreviousState(last + 1) - timeline.PreviousState(last) == timeline.Active(last)
                && timeline.Active(last + 1) == timeline.Active(last))
            {
                last++;
            }

            int row = timeline.Longest == 0 ? 0 : timeline.Offset(first), rows = timeline.Longest == 0 ? 0 : timeline.Offset(last + 1) - row;
            ref float da = ref At(ref tape.A, row, _apart);
            ref float h = ref At(ref tape.H, timeline.Longest == 0 ? 0 : timeline.PreviousState(first), _s);
            bool add = accumulate || first > 0;
            WeightGradient.Multiply(
                _isa, ref da, TCell.Slots, Shape.Recurrent.FirstSlot, Shape.Recurrent.Gates, Units, ref h, _s, rows, ref dr.Origin, dr.Stride, add,
                part, parts);
            first = last + 1;
        }
        while (first < timeline.Longest);

        if (Shape.Candidate is not null)
        {
            WeightGradient.Multiply(
                _isa, ref tape.A, TCell.Slots, Shape.Candidate.FirstSlot, Shape.Candidate.Gates, Units, ref tape.Gated, _u, timeline.Rows,
                ref dr.Origin, dr.Stride, accumulate, part, parts);
        }

        if (HasProjection)
        {
            TensorView dp = ProjectionWeights(gradients);
            WeightGradient.Multiply(
                _isa, ref tape.DProjected, 1, 0, [0], StateSize, ref tape.CellOutput, _u, timeline.Rows, ref dp.Origin, dp.Stride, accumulate,
                part, parts);
        }

        if (Bias != BiasKind.None)
        {
            WeightGradient.ColumnSums(_isa, ref tape.A, _a, _apart, timeline.Rows, ref tape.DBias, accumulate: false, part, parts);
        }

        if (HasPeepholes)
        {
            PeepholeSums(timeline, tape, BlockRange.Part(_u / Block.Size, part, parts));
        }
    }

    /// <summary>From all parts' sums to the gradients of biases and peepholes.</summary>
    private void UnpackSums(LayerTape tape, ParameterSet gradients, bool accumulate)
    {
        if (Bias != BiasKind.None)
        {
            UnpackBias(MemoryMarshal.CreateReadOnlySpan(ref tape.DBias, _a), gradients, accumulate);
        }

        if (HasPeepholes)
        {
            UnpackPeepholes(MemoryMarshal.CreateReadOnlySpan(ref tape.DPeepholes, PeepholeSlots.Length * _u), gradients, accumulate);
        }
    }

    /// <summary>dp_i = sum of da_i c', dp_f = sum of da_f c', dp_o = sum of da_o c, over all steps in their order.</summary>
    private void PeepholeSums(Timeline timeline, LayerTape tape, BlockRange units)
    {
        for (int gate = 0; gate < PeepholeSlots.Length; gate++)
        {
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref tape.DPeepholes, gate * _u + units.Start), units.Count * Block.Size).Clear();
        }

        for (int t = 0; t < timeline.Longest; t++)
        {
            for (int gate = 0; gate < PeepholeSlots.Length; gate++)
            {
                int slot = PeepholeSlots[gate], state = slot == OutputSlot ? timeline.NextState(t) : timeline.PreviousState(t);
                var sums = new PeepholeGradient
                {
                    DA = ref Unsafe.Add(ref At(ref tape.A, timeline.Offset(t), _apart), TCell.Slots * units.Start + slot * Block.Size),
                    C = ref Unsafe.Add(ref At(ref tape.C, state, _u), units.Start),
                    Sums = ref Unsafe.Add(ref tape.DPeepholes, gate * _u + units.Start),
                    Slots = TCell.Slots,
                    DAStride = _apart,
                    Rows = timeline.Active(t),
                    Stride = _u,
                    Units = units.Count * Block.Size,
                };
                _isa.Run(ref sums);
            }
        }
    }

    private (GatePanels Forward, SlotPanels Backward) PanelsOf(GateProduct product, int depth) => (
        new GatePanels(_isa, product.Gates, Units, depth, TCell.Slots, product.FirstSlot),
        new SlotPanels(_isa, product.Gates, Units, depth, TCell.Slots, product.FirstSlot));

    public override void Dispose()
    {
        _bias.Dispose();
        foreach (IDisposable? panels in (ReadOnlySpan<IDisposable?>)
            [_input, _recurrent, _candidate, _projection, _inputBack, _recurrentBack, _candidateBack, _projectionBack])
        {
            panels?.Dispose();
        }
    }
}
