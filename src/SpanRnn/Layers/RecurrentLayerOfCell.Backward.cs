using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Kernels;
using SpanRnn.Parameters;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>The derivative: back through time, then the sums over all steps.</summary>
internal sealed partial class RecurrentLayer<TCell>
{
    public override void Backward(
        Timeline timeline, RowView x, LayerTape tape, RowView dy, RowView dx, ParameterSet gradients, bool accumulate, IWeightUpdate? update = null)
    {
        LayerDivision division = DivisionOf(timeline, tape);
        int ahead = IsWorthDividing(timeline, tape) ? 0 : InputGradientsAhead(timeline, dx);
        bool mayUseRows = timeline.Batch == 1 && tape.Team is null && ahead == 0;
        BackFromRows fromRows = BeginBackward(dx, IsInputOnce(timeline, tape), mayUseRows);
        var through = new BackwardPart
        {
            Layer = this,
            Timeline = timeline,
            Tape = tape,
            DY = dy,
            DX = dx,
            Ahead = ahead,
            ByUnits = division.ByUnits,
            FromRows = fromRows,
        };
        WorkerTeam.Run(tape.Team, ref through, division.Parts);
        int parts = IsWorthDividing(timeline, tape) ? tape.Threads : 1;
        bool isAtOnce = update is not null && !accumulate && IsUpdatedByBlocks(parts);
        var sums = new GradientPart
        {
            Layer = this,
            Timeline = timeline,
            X = x,
            Tape = tape,
            DX = ahead == 0 && !fromRows.Input ? dx : default,
            Gradients = gradients,
            Accumulate = accumulate,
            OfMatrices = !isAtOnce,
        };
        WorkerTeam.Run(tape.Team, ref sums, parts);
        UnpackSums(tape, gradients, accumulate);
        if (isAtOnce)
        {
            // No part may change what others still read: dx is complete, or, from rows, there is but one part.
            var of = new LayerGradients { Timeline = timeline, X = x, Tape = tape, Arena = gradients, DX = fromRows.Input ? dx : default };
            var blocks = new UpdatePart { Layer = this, Gradients = of, Update = update! };
            WorkerTeam.Run(tape.Team, ref blocks, parts);
            update!.Finish(this);
        }
        else if (fromRows.Input)
        {
            _input.InputGradientOnce(tape.Near, ref tape.A, dx);
        }
    }

    public override void BackwardAlone(
        Timeline timeline, RowView x, LayerTape tape, RowView dy, RowView dx, ParameterSet gradients, bool accumulate)
    {
        BackFromRows none = BeginBackward(dx, isInputOnce: false, mayUseRows: false);
        int ahead = InputGradientsAhead(timeline, dx);
        Backward(timeline, tape, dy, dx, ahead, PartOf(timeline, tape, byUnits: false, 0, 1), none);
        SumsOverRows(timeline, x, tape, ahead == 0 ? dx : default, gradients, accumulate, ofMatrices: true);
        UnpackSums(tape, gradients, accumulate);
    }

    /// <summary>
    /// Back through time for some of the sequences, or some of the units of all: the tape becomes da. Of one sequence dx too, if
    /// <paramref name="ahead"/> of its rows are computed beside so many steps.
    /// </summary>
    private void Backward(Timeline timeline, LayerTape tape, RowView dy, RowView dx, int ahead, LayerPart part, BackFromRows fromRows)
    {
        int firstSequence = part.Sequences.First;
        ref float dh = ref At(ref tape.DH, firstSequence, _s);
        bool isAddedByCell = !dy.IsEmpty && !HasProjection && dy.Stride == Units && Units % Block.Size == 0; // there is no padding then
        for (int t = timeline.Longest - 1; t >= 0; t--)
        {
            int rows = part.Sequences.Of(timeline.Active(t)), row = timeline.Offset(t) + firstSequence;
            if (rows == 0)
            {
                continue;
            }

            ref float a = ref At(ref tape.A, row, _apart);
            if (!dy.IsEmpty && !isAddedByCell)
            {
                // Not the padding: one direction's rows share memory with other layers', whose strides differ.
                ref float own = ref Unsafe.Add(ref At(ref dy.Origin, row, dy.Stride), part.States.Start);
                Rows.Add(ref own, dy.Stride, rows, ref Unsafe.Add(ref dh, part.States.Start), _s, part.States.LengthOf(StateSize));
            }

            ref float dOutput = ref dh;
            if (HasProjection)
            {
                dOutput = ref At(ref tape.DCellOutput, firstSequence, _u);
                ref float projected = ref At(ref tape.DProjected, row, _s);
                int length = part.States.Count * Block.Size;
                Rows.Copy(
                    ref Unsafe.Add(ref dh, part.States.Start), _s, rows, ref Unsafe.Add(ref projected, part.States.Start), _s, length);
                part.Meet(); // each output's gradient is a sum over all of dh
                _projection!.Backward.Product(ref dh, rows, ref Zeros.Row(_u), 0, ref dOutput, _u).Run(_isa, part.Units);
            }

            CellsBackward(timeline, t, tape, isAddedByCell ? dy : default, ref dOutput, part, rows);
            part.Meet(); // every sum is over all of da
            if (_candidate is not null)
            {
                GatesBackward(timeline, t, tape, ref dh, part, rows, fromRows.Candidate);
                part.Meet();
            }

            // dh[t-1] = the cell's own part + R' da[t]; a projected state has no such part. Nobody may want that before the first step.
            bool isWanted = t > 0 || tape.WantsInitialGradient;
            if (fromRows.Recurrent)
            {
                if (isWanted)
                {
                    AddStateGradient(t, tape, ref a, ref dh);
                }

                continue;
            }

            ref float init = ref HasProjection ? ref Zeros.Row(_s) : ref dh;
            Product recurrent = OfStep(t, _recurrent.Backward.Product(ref a, rows, ref init, HasProjection ? 0 : _s, ref dh, _s));
            if (t > 0 && rows >= FusedRows)
            {
                AskForRows(ref recurrent, timeline, t - 1, tape, firstSequence);
            }

            if (ahead > 0)
            {
                RunBesideInputGradient(recurrent, isWanted, timeline.Longest, t, tape, dx, ahead);
            }
            else if (isWanted)
            {
                recurrent.Run(_isa, part.States);
            }
        }
    }

    /// <summary>dh += R' da of a single sequence from R's rows; of a projected state, which has no part of the cell's own, dh = R' da.</summary>
    private void AddStateGradient(int t, LayerTape tape, ref float da, ref float dh)
    {
        if (HasProjection)
        {
            MemoryMarshal.CreateSpan(ref dh, _s).Clear();
        }

        _recurrent.AddFromRows(ref da, ref dh, tape.Sums, backwards: (t & 1) == 1);
    }

    /// <summary>The part's units of the tape become da, or what of it does not wait for the candidate's product.</summary>
    private void CellsBackward(Timeline timeline, int t, LayerTape tape, RowView dy, ref float dOutput, LayerPart part, int rows)
    {
        int row = timeline.Offset(t) + part.Sequences.First, previous = timeline.PreviousState(t) + part.Sequences.First;
        var cell = new CellBackward<TCell>
        {
            A = ref At(ref tape.A, row, _apart),
            PreviousH = ref HasProjection ? ref At(ref tape.CellOutput, row, _u) : ref At(ref tape.H, previous, _s),
            PreviousC = ref At(ref tape.C, previous, _u),
            Extra = ref At(ref tape.Extra, row, _u),
            DNextH = ref dOutput,
            DPreviousH = ref dOutput,
            DC = ref At(ref tape.DC, part.Sequences.First, _u),
            DY = ref At(ref dy.Origin, row, dy.Stride),
            HasDY = !dy.IsEmpty,
            Pointwise = Pointwise,
            Rows = rows,
            AStride = _apart,
            Units = _u,
            Blocks = part.Units,
        };
        _isa.Run(ref cell);
    }

    /// <summary>The gates that the candidate's product waited for: completes da, adds to dh.</summary>
    private void GatesBackward(Timeline timeline, int t, LayerTape tape, ref float dh, LayerPart part, int rows, bool isFromRows)
    {
        int row = timeline.Offset(t) + part.Sequences.First, previous = timeline.PreviousState(t) + part.Sequences.First;
        ref float a = ref At(ref tape.A, row, _apart), dGated = ref At(ref tape.DGated, part.Sequences.First, _u);
        if (isFromRows)
        {
            MemoryMarshal.CreateSpan(ref dGated, _u).Clear();
            _candidate!.AddFromRows(ref a, ref dGated, tape.Sums, backwards: (t & 1) == 1);
        }
        else
        {
            OfStep(t, _candidate!.Backward.Product(ref a, rows, ref Zeros.Row(_u), 0, ref dGated, _u)).Run(_isa, part.Units);
        }

        var gate = new CellGateBackward<TCell>
        {
            A = ref a,
            PreviousH = ref At(ref tape.H, previous, _s),
            DGated = ref dGated,
            DPreviousH = ref dh,
            Pointwise = Pointwise,
            Rows = rows,
            AStride = _apart,
            Units = _u,
            Blocks = part.Units,
        };
        _isa.Run(ref gate);
    }
}
