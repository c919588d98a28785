namespace SpanRnn.Layers;

/// <summary>
/// W of training steps that use it once each way: where its panels would cost more than they save, W x and dx = W' da come straight from its rows. R, which every step of time
/// reads, keeps its panels.
/// </summary>
internal sealed partial class RecurrentLayer<TCell>
{
    public override bool IsBehind => _input.AreBehind;

    public override int NearFloats => _input.NearFloats;

    /// <summary>Whether a training step uses W once, for rows that are worth it, and not beside R's products.</summary>
    private bool IsInputOnce(Timeline timeline, LayerTape tape) =>
        _input.AreBetterOnce(tape.Near, timeline.Rows) && timeline.Active(0) < FusedRows
        && (timeline.Batch > 1 || (RowsAhead(PartOf(timeline, tape, byUnits: false, 0, 1)) == 0 && InputGradientsAhead() == 0));

    /// <summary>a = W x + b for all of the window's rows.</summary>
    private void InputProductsOnce(RowView x, LayerTape tape, InputWindow window, LayerPart part)
    {
        ref float a = ref PreActivations(tape, window, 0);
        FillSlotsWithoutInput(window.Rows, ref a, part.Units);
        _input.MultiplyOnce(tape.Near, ref At(ref x.Origin, window.First, x.Stride), x.Stride, window.Rows, ref _bias.Origin, ref a);
    }
}
