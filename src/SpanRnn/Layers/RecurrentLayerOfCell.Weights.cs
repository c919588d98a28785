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
    /// <summary>Blocks that are taken over together at least, if a panel has as many: lines that are neighbours are then written after each other.</summary>
    private const int PairOfBlocks = 2;

    public override void Pack(ParameterSet weights, IWeightUpdate? update, int part, int parts) => Pack(weights, update, default, part, parts);

    /// <summary>A part of the blocks of units: their gradients, if these are still to be computed, the update, if there is one, and the panels.</summary>
    private void Pack(ParameterSet weights, IWeightUpdate? update, in LayerGradients gradients, int part, int parts)
    {
        // Few blocks at a time: what the optimizer has changed, and what the panels of the way forward have read, is near when it is read next.
        TensorView w = InputWeights(weights), r = RecurrentWeights(weights);
        PanelWays ofW = _input.BeginPacking(weights, parts), ofR = _recurrent.BeginPacking(weights, parts);
        PanelWays ofCandidate = _candidate?.BeginPacking(weights, parts) ?? default;
        BlockRange range = BlockRange.Part(_u / Block.Size, part, parts);
        int together = UnitsTogether(in gradients, Math.Max(w.Stride, r.Stride), range.Count);
        for (int first = range.First; first < range.End; first += together)
        {
            var blocks = new BlockRange(first, Math.Min(first + together, range.End));
            if (!gradients.DX.IsEmpty)
            {
                _input.InputGradientOnce(gradients.Tape.Near, ref gradients.Tape.A, gradients.DX, blocks);
            }

            Update(update, w, Shape.Input, in gradients, range, blocks);
            _input.Pack(blocks, ofW);
            Update(update, r, Shape.Recurrent, in gradients, range, blocks);
            Update(update, r, Shape.Candidate, in gradients, range, blocks);
            _recurrent.Pack(blocks, ofR);
            _candidate?.Pack(blocks, ofCandidate);
        }

        _input.EndPacking(ofW);
        _recurrent.EndPacking(ofR);
        _candidate?.EndPacking(ofCandidate);
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
            PanelWays ofProjection = _projection!.BeginPacking(weights, parts);
            _projection.Pack(rows, ofProjection);
            _projection.EndPacking(ofProjection);
        }

        if (part == parts - 1)
        {
            int vectors = r.Info.Offset + r.Memory.Length;
            update?.Run(vectors, endOfVectors - vectors, gradient: vectors);
            PackBias(weights, _bias.Span[.._a]);
            PackPointwise(weights, _bias.Span[_a..]);
        }
    }

    /// <summary>Blocks of units that are taken over together: whose gradients come together too, if they are still to be computed, but whole pairs.</summary>
    private int UnitsTogether(in LayerGradients gradients, int stride, int most)
    {
        int pair = Math.Min(PairOfBlocks, _recurrent.Forward.BlocksOfPanel);
        return gradients.AreComputed ? pair : Math.Max(1, WeightGradient.BlocksTogether(gradients.Timeline.Rows, stride, most) / Shape.Gates / pair) * pair;
    }

    /// <summary>
    /// Changes the rows of some blocks of units, of a product's gates. Gradients that are still to be computed are written over each other, where those of
    /// the range have room: there they stay in a near cache, and nobody reads them later.
    /// </summary>
    private void Update(
        IWeightUpdate? update, TensorView matrix, GateProduct? product, in LayerGradients gradients, BlockRange range, BlockRange blocks)
    {
        if (update is null || product is null)
        {
            return;
        }

        int gates = product.Gates.Length, end = blocks.End * gates, block = Block.Size * matrix.Stride;
        int together = gradients.AreComputed ? 1 : WeightGradient.BlocksTogether(gradients.Timeline.Rows, matrix.Stride, range.Count);
        int place = matrix.Info.Offset + Shape.Gates * range.Start * matrix.Stride;
        for (int first = blocks.First * gates; first < end; first += together)
        {
            var alone = new BlockRange(first, Math.Min(first + together, end));
            if (!gradients.AreComputed)
            {
                bool wereReadForDX = ReferenceEquals(product, Shape.Input) && !gradients.DX.IsEmpty;
                ReadsAfter after = update.ReadsOf(matrix.Info.Offset, areWeightsNear: wereReadForDX);
                GradientOfBlocks(in gradients, product, GradientRows.AloneAt(ref gradients.Arena.All[place], matrix.Stride, alone, after));
            }

            for (int i = alone.First; i < alone.End; i++)
            {
                int unit = i / gates * Block.Size, start = matrix.Info.Offset + (product.Gates[i % gates] * Units + unit) * matrix.Stride;
                int gradient = gradients.AreComputed ? start : place + (i - first) * block;
                update.Run(start, Math.Min(block, (Units - unit) * matrix.Stride), gradient);
            }
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

    private MatrixPanels PanelsOf(int tensor, GateProduct product, int depth) =>
        new(_isa, tensor, product.Gates, Units, depth, TCell.Slots, product.FirstSlot, isEveryStep: tensor == RecurrentTensor);

    public override void Dispose()
    {
        _bias.Dispose();
        _input.Dispose();
        _recurrent.Dispose();
        _candidate?.Dispose();
        _projection?.Dispose();
    }
}
