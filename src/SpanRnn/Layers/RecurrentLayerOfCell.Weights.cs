using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Kernels.Weights;
using SpanRnn.Memory;
using SpanRnn.Parameters;
using SpanRnn.Streaming;

namespace SpanRnn.Layers;

/// <summary>The layer's weights: their update, packing, their end.</summary>
internal sealed partial class RecurrentLayer<TCell>
{
    public override void Pack(ParameterSet weights, IWeightUpdate? update, int part, int parts) => Pack(weights, update, default, part, parts);

    /// <summary>A part of the blocks of units: their gradients, if these are still to be computed, the update, if there is one, and the panels.</summary>
    private void Pack(ParameterSet weights, IWeightUpdate? update, in LayerGradients gradients, int part, int parts)
    {
        // Block by block: what the optimizer has changed, and what the panels of the way forward have read, is near when it is read next.
        TensorView w = InputWeights(weights), r = RecurrentWeights(weights);
        BlockRange range = BlockRange.Part(_u / Block.Size, part, parts);
        for (int i = range.First; i < range.End; i++)
        {
            var block = new BlockRange(i, i + 1);
            Update(update, w, Shape.Input, in gradients, range, block);
            _input.Pack(w.Memory, w.Stride, block);
            _inputBack.Pack(w.Memory, w.Stride, block);
            Update(update, r, Shape.Recurrent, in gradients, range, block);
            Update(update, r, Shape.Candidate, in gradients, range, block);
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
            int start = p.Info.Offset + rows.Start * p.Stride;
            if (!gradients.AreComputed)
            {
                ProjectionGradient(gradients.Timeline, gradients.Tape, gradients.Arena, accumulate: false, part, parts);
            }

            update?.Run(start, rows.LengthOf(StateSize) * p.Stride, gradient: start);
            _projection!.Pack(p.Memory, p.Stride, rows);
            _projectionBack!.Pack(p.Memory, p.Stride, rows);
        }

        if (part == parts - 1)
        {
            int vectors = r.Info.Offset + r.Memory.Length;
            update?.Run(vectors, endOfVectors - vectors, gradient: vectors);
            PackBias(weights, _bias.Span[.._a]);
            PackPointwise(weights, _bias.Span[_a..]);
        }
    }

    /// <summary>
    /// Changes the rows of one block of units, of a product's gates. Gradients that are still to be computed are all written where the first of the range
    /// belong: there they stay in a near cache, and nobody reads them later.
    /// </summary>
    private void Update(
        IWeightUpdate? update, TensorView matrix, GateProduct? product, in LayerGradients gradients, BlockRange range, BlockRange block)
    {
        int rows = block.LengthOf(Units);
        for (int i = 0; update is not null && i < (product?.Gates.Length ?? 0); i++)
        {
            int start = matrix.Info.Offset + (product!.Gates[i] * Units + block.Start) * matrix.Stride, gradient = start;
            if (!gradients.AreComputed)
            {
                gradient = matrix.Info.Offset + range.Start * matrix.Stride;
                int number = block.First * product.Gates.Length + i;
                GradientOfBlock(in gradients, product, GradientRows.OneBlock(ref gradients.Arena.All[gradient], matrix.Stride, number));
            }

            update.Run(start, rows * matrix.Stride, gradient);
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
