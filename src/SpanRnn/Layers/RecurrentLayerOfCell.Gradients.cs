using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Cells;
using SpanRnn.Kernels;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>The gradients of the layer's input and weights: sums over all rows of da.</summary>
internal sealed partial class RecurrentLayer<TCell>
{
    /// <summary>All sums over rows of da, or a part of them: dx, the gradients of biases and peepholes, and maybe those of the matrices.</summary>
    private void SumsOverRows(
        Timeline timeline, RowView x, LayerTape tape, RowView dx, ParameterSet gradients, bool accumulate, bool ofMatrices, int part = 0, int parts = 1)
    {
        if (parts == 1 && ofMatrices && AreSumsTogether(timeline))
        {
            SumsTogether(timeline, x, tape, dx, gradients, accumulate);
            return;
        }

        InputGradient(timeline, tape, dx, part, parts);
        VectorSums(timeline, tape, part, parts);
        if (ofMatrices)
        {
            WeightGradients(timeline, x, tape, gradients, accumulate, part, parts);
        }
    }

    /// <summary>dx = W' da, for a part of all packed rows.</summary>
    private void InputGradient(Timeline timeline, LayerTape tape, RowView dx, int part, int parts)
    {
        BlockRange rows = BlockRange.Part(timeline.Rows, part, parts);
        InputGradient(tape, dx, rows.First, rows.Count);
    }

    private void InputGradient(LayerTape tape, RowView dx, int row, int rows)
    {
        if (!dx.IsEmpty)
        {
            _input.Backward.Multiply(_isa, ref At(ref tape.A, row, _apart), rows, ref Zeros.Row(dx.Stride), 0, ref At(ref dx.Origin, row, dx.Stride), dx.Stride);
        }
    }

    /// <summary>A part of the rows of all matrices' gradients.</summary>
    private void WeightGradients(
        Timeline timeline, RowView x, LayerTape tape, ParameterSet gradients, bool accumulate, int part, int parts)
    {
        TensorView dw = InputWeights(gradients), dr = RecurrentWeights(gradients);
        GradientOfW(x, tape, 0, timeline.Rows, GradientRows.Of(ref dw.Origin, dw.Stride, accumulate, part, parts));
        GradientRows rows = GradientRows.Of(ref dr.Origin, dr.Stride, accumulate, part, parts);
        GradientOfR(timeline, tape, rows);
        if (Shape.Candidate is not null)
        {
            GradientOfCandidate(timeline, tape, rows);
        }

        if (HasProjection)
        {
            ProjectionGradient(timeline, tape, gradients, accumulate, part, parts);
        }
    }

    /// <summary>The gradients of some blocks of units' gates, for those who use them at once.</summary>
    private void GradientOfBlocks(in LayerGradients of, GateProduct product, in GradientRows rows)
    {
        if (ReferenceEquals(product, Shape.Input))
        {
            GradientOfW(of.X, of.Tape, 0, of.Timeline.Rows, in rows);
        }
        else if (ReferenceEquals(product, Shape.Recurrent))
        {
            GradientOfR(of.Timeline, of.Tape, rows);
        }
        else
        {
            GradientOfCandidate(of.Timeline, of.Tape, in rows);
        }
    }

    /// <summary>dW = sum of da x', over some rows.</summary>
    private void GradientOfW(RowView x, LayerTape tape, int row, int rows, in GradientRows dw) => WeightGradient.Multiply(
        _isa, ref At(ref tape.A, row, _apart), TCell.Slots, Shape.Input.FirstSlot, Shape.Input.Gates, Units, ref At(ref x.Origin, row, x.Stride), x.Stride, rows,
        in dw);

    /// <summary>dR = sum of da h'[t-1]: one product for each run of steps after those that start from zero, and of no steps zeros.</summary>
    private void GradientOfR(Timeline timeline, LayerTape tape, GradientRows dr)
    {
        int first = FirstWithState(timeline, tape);
        do
        {
            bool isEmpty = first == timeline.Longest;
            int end = isEmpty ? first : timeline.EndOfRun(first), row = isEmpty ? 0 : timeline.Offset(first), rows = isEmpty ? 0 : timeline.Offset(end) - row;
            GradientOfR(tape, row, isEmpty ? 0 : timeline.PreviousState(first), rows, in dr);
            dr.Accumulate = true;
            first = end;
        }
        while (first < timeline.Longest);
    }

    private void GradientOfR(LayerTape tape, int row, int state, int rows, in GradientRows dr) => WeightGradient.Multiply(
        _isa, ref At(ref tape.A, row, _apart), TCell.Slots, Shape.Recurrent.FirstSlot, Shape.Recurrent.Gates, Units, ref At(ref tape.H, state, _s), _s, rows,
        in dr);

    /// <summary>The candidate's rows of dR = sum of da (r h[t-1])'.</summary>
    private void GradientOfCandidate(Timeline timeline, LayerTape tape, in GradientRows dr)
    {
        int row = timeline.Offset(FirstWithState(timeline, tape));
        GradientOfCandidate(tape, row, timeline.Rows - row, in dr);
    }

    private void GradientOfCandidate(LayerTape tape, int row, int rows, in GradientRows dr) => WeightGradient.Multiply(
        _isa, ref At(ref tape.A, row, _apart), TCell.Slots, Shape.Candidate!.FirstSlot, Shape.Candidate.Gates, Units, ref At(ref tape.Gated, row, _u), _u,
        rows, in dr);

    /// <summary>The first step whose h[t-1] is not known to be zero.</summary>
    private static int FirstWithState(Timeline timeline, LayerTape tape) => timeline.Longest > 0 && tape.StartsFromZero ? 1 : 0;

    private void ProjectionGradient(Timeline timeline, LayerTape tape, ParameterSet gradients, bool accumulate, int part, int parts)
    {
        TensorView dp = ProjectionWeights(gradients);
        WeightGradient.Multiply(
            _isa, ref tape.DProjected, 1, 0, [0], StateSize, ref tape.CellOutput, _u, timeline.Rows,
            GradientRows.Of(ref dp.Origin, dp.Stride, accumulate, part, parts));
    }

    /// <summary>A part of the sums that biases' and peepholes' gradients are made of.</summary>
    private void VectorSums(Timeline timeline, LayerTape tape, int part, int parts)
    {
        BiasSums(tape, 0, timeline.Rows, adds: false, part, parts);
        PeepholeSums(timeline, tape, BlockRange.Part(_u / Block.Size, part, parts));
    }

    private void BiasSums(LayerTape tape, int row, int rows, bool adds, int part = 0, int parts = 1)
    {
        if (Bias != BiasKind.None)
        {
            WeightGradient.ColumnSums(_isa, ref At(ref tape.A, row, _apart), _a, _apart, rows, ref tape.DBias, adds, part, parts);
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
        if (!HasPeepholes)
        {
            return;
        }

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

    /// <summary>
    /// What the gradients of the layer's matrices are computed from, those of W and R a few blocks at a time, right before these are updated: they are then used
    /// while they are in a near cache, and need not go to memory and back.
    /// </summary>
    private ref struct LayerGradients
    {
        public Timeline Timeline;
        public RowView X;
        public LayerTape Tape;

        /// <summary>Where there is room for them.</summary>
        public ParameterSet Arena;

        /// <summary>Where dx goes, whose terms of each block then come before it is changed; empty if it is there already, or nowhere.</summary>
        public RowView DX;

        /// <summary>Whether they are in their places already.</summary>
        public readonly bool AreComputed => Tape is null;
    }
}
