namespace SpanRnn.Layers;

/// <summary>
/// Products without panels, where these would cost more than they save: W x and dx = W' da of training steps that use W once each way, and R' da of a single sequence. R h, which
/// every step of time computes and would need sums across R's rows, has its panels.
/// </summary>
internal sealed partial class RecurrentLayer<TCell>
{
    public override bool IsBehind => _input.AreBehind;

    public override bool IsBehindOnTheWayBack => _recurrent.AreBehindOnTheWayBack || _candidate?.AreBehindOnTheWayBack == true;

    public override int NearFloats => _input.NearFloats;

    public override int SumFloats => Math.Max(_recurrent.SumFloats, _candidate?.SumFloats ?? 0);

    /// <summary>Whether a training step uses W once, for rows that are worth it, and not beside R's products.</summary>
    private bool IsInputOnce(Timeline timeline, LayerTape tape) =>
        _input.AreBetterOnce(tape.Near, timeline.Rows) && timeline.Active(0) < FusedRows
        && (timeline.Batch > 1 || (RowsAhead(PartOf(timeline, tape, byUnits: false, 0, 1)) == 0 && InputGradientsAhead() == 0));

    /// <summary>A pass back begins: panels that it needs come up.</summary>
    /// <param name="isInputOnce">Whether W' da can do without, or nobody wants it.</param>
    /// <param name="mayUseRows">Whether R' da can: that of one sequence, by one thread, with nothing computed beside it.</param>
    /// <returns>Which products have to.</returns>
    private BackFromRows BeginBackward(bool isInputOnce, bool mayUseRows)
    {
        _projection?.BeginBackward(isOnce: false);
        return new(
            _input.BeginBackward(isInputOnce), _recurrent.BeginBackward(mayUseRows && _recurrent.AreRowsAsFastBack),
            _candidate?.BeginBackward(mayUseRows && _candidate.AreRowsAsFastBack) ?? false);
    }

    /// <summary>a = W x + b for all of the window's rows.</summary>
    private void InputProductsOnce(RowView x, LayerTape tape, InputWindow window, LayerPart part)
    {
        ref float a = ref PreActivations(tape, window, 0);
        FillSlotsWithoutInput(window.Rows, ref a, part.Units);
        _input.MultiplyOnce(tape.Near, ref At(ref x.Origin, window.First, x.Stride), x.Stride, window.Rows, ref _bias.Origin, ref a);
    }

    /// <summary>Which products of a pass back come from rows.</summary>
    private readonly record struct BackFromRows(bool Input, bool Recurrent, bool Candidate);
}
