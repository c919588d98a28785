using SpanRnn.Interchange.Stages;
using SpanRnn.Lanes;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Running;

/// <summary>Recurrent layers with the state of one stream.</summary>
internal sealed class RecurrentStageStep : StageStep
{
    private readonly StreamState _state;
    private readonly StreamStack _weights;
    private readonly float[] _initialHidden, _initialCell;
    private readonly int _hidden, _cell;

    /// <exception cref="InvalidOperationException">The layers are bidirectional.</exception>
    public RecurrentStageStep(RecurrentStage stage, WeightFormat format, Isa isa)
    {
        _weights = stage.Frozen.Of(format, isa).Stack;
        _state = new StreamState(_weights);
        (_hidden, _cell) = (stage.Recurrent.HiddenStateSize, stage.Recurrent.CellStateSize);
        (_initialHidden, _initialCell) = (stage.InitialHidden.ToArray(), stage.InitialCell.ToArray());
        Reset();
    }

    public override int StateSize => _hidden + _cell;

    public override long WeightBytes => _weights.Bytes;

    public override ref float Step(ref float x, ref float input) => ref _state.Step(_weights, ref x);

    public override void Reset()
    {
        _state.Reset();
        if (_initialHidden.Length > 0)
        {
            _state.Copy(_initialHidden, [], write: true);
        }

        if (_initialCell.Length > 0)
        {
            _state.Copy([], _initialCell, write: true);
        }
    }

    public override void CopyState(Span<float> state, bool write) => _state.Copy(state[.._hidden], state[_hidden..], write);

    public override void Dispose() => _state.Dispose();
}
