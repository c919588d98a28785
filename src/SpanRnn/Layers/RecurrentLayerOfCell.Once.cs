using SpanRnn.Kernels;

namespace SpanRnn.Layers;

/// <summary>
/// Products that do without the layer's own panels, where bringing these up after every update would cost more than they save: W x and dx = W' da of training steps that use W once each
/// way, and R' da of a single sequence, where the third-level cache is near only the first time after an update. R h, which every step of time computes and would need sums across
/// R's rows, has panels for the time being, packed at its first step.
/// </summary>
internal sealed partial class RecurrentLayer<TCell>
{
    public override bool IsBehind => _input.AreBehind;

    public override bool IsRecurrentBehind => _recurrent.AreBehind || _candidate?.AreBehind == true;

    public override bool IsBehindOnTheWayBack => _recurrent.AreBehindOnTheWayBack || _candidate?.AreBehindOnTheWayBack == true;

    public override int NearFloats => _input.NearFloats;

    public override int FloatsAtUse => _candidate is null ? _recurrent.FloatsAtUse
        : _recurrent.FloatsAtUse > 0 && _candidate.FloatsAtUse > 0 ? _recurrent.FloatsAtUse + _candidate.FloatsAtUse : 0;

    public override int SumFloats => Math.Max(_recurrent.SumFloats, _candidate?.SumFloats ?? 0);

    /// <summary>Whether a training step uses W once, for rows that are worth it, and not beside R's products.</summary>
    private bool IsInputOnce(Timeline timeline, LayerTape tape) =>
        _input.AreBetterOnce(tape.Near, timeline.Rows) && timeline.Active(0) < FusedRows
        && (timeline.Batch > 1 || (RowsAhead(PartOf(timeline, tape, byUnits: false, 0, 1)) == 0 && InputGradientsAhead() == 0));

    /// <summary>A pass forward begins: panels that it needs come up.</summary>
    /// <returns>Whether W x has to do without.</returns>
    private bool BeginForward(Timeline timeline, LayerTape tape)
    {
        bool isAtUse = _recurrent.AreBetterAtUse(tape.SharedPanels, timeline.Rows) && timeline.Active(0) < FusedRows;

        // Of both parts of R: another thread may have brought up one of them, and the other not yet.
        tape.UsesSharedPanels = _recurrent.BeginForward(isAtUse, tape.IsForTraining) | (_candidate?.BeginForward(isAtUse, tape.IsForTraining) ?? false);
        _projection?.BeginForward(isOnce: false, tape.IsForTraining);
        return _input.BeginForward(IsInputOnce(timeline, tape), tape.IsForTraining);
    }

    /// <summary>R's panels for this pass, right before the first step that needs them, if the last update left its own behind.</summary>
    private void PackRecurrent(LayerTape tape)
    {
        _recurrent.PackInto(tape.SharedPanels);
        _candidate?.PackInto(tape.SharedPanels[_recurrent.FloatsAtUse..]);
    }

    /// <summary>A product of R or a part of it that adds to pre-activations.</summary>
    private Product RecurrentProduct(MatrixPanels matrix, LayerTape tape, ref float h, int stride, int rows, ref float a)
    {
        Product product = matrix.Forward.Product(ref h, stride, rows, ref a, _apart, ref a);
        if (tape.UsesSharedPanels)
        {
            product.B = ref tape.SharedPanels[matrix == _recurrent ? 0 : _recurrent.FloatsAtUse];
        }

        return product;
    }

    /// <summary>A pass back begins: panels that it needs come up.</summary>
    /// <param name="dx">Where W' da goes; empty if nobody wants it.</param>
    /// <param name="isInputOnce">Whether W' da can do without.</param>
    /// <param name="mayUseRows">Whether R' da can: that of one sequence, by one thread, with nothing computed beside it.</param>
    /// <returns>Which products have to.</returns>
    private BackFromRows BeginBackward(RowView dx, bool isInputOnce, bool mayUseRows)
    {
        // Where the third-level cache is near, panels are read faster than rows: who goes back again, and has changed no weights meanwhile, gets them.
        bool areRowsAsGood = _isa.HasFarThirdLevel;
        bool fromRows = mayUseRows && _recurrent.AreRowsAsFastBack, candidateFromRows = mayUseRows && _candidate?.AreRowsAsFastBack == true;
        _projection?.BeginBackward(isOnce: false, isFree: false);
        return new(
            _input.BeginBackward(isInputOnce || dx.IsEmpty, isFree: dx.IsEmpty), _recurrent.BeginBackward(fromRows, areRowsAsGood),
            _candidate?.BeginBackward(candidateFromRows, areRowsAsGood) ?? false);
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
