using SpanRnn.Kernels;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <content>The derivative.</content>
internal sealed partial class AttentionLayer
{
    /// <summary>From the tape's packed <see cref="AttentionTape.DOutput"/>, which is changed, to the gradients of everything it came from.</summary>
    /// <param name="source">The encoder's rows.</param>
    /// <param name="target">The decoder's rows.</param>
    /// <param name="values">The encoder's packed outputs.</param>
    /// <param name="queries">The decoder's packed outputs.</param>
    /// <param name="tape">As <see cref="Forward"/> left it.</param>
    /// <param name="dValues">Written: packed rows.</param>
    /// <param name="dQueries">Written: packed rows.</param>
    /// <param name="gradients">Gets the weights'.</param>
    /// <param name="accumulate">Whether to add to what gradients holds.</param>
    public void Backward(
        Timeline source, Timeline target, RowView values, RowView queries, AttentionTape tape, RowView dValues, RowView dQueries,
        ParameterSet gradients, bool accumulate)
    {
        RowView output = tape.Output(target.Rows), dOutput = tape.DOutput(target.Rows), dJoined = tape.DJoined(target.Rows);
        var tanh = new TanhBackward { Y = ref output.Origin, Gradient = ref dOutput.Origin, Length = (nint)dOutput.Count * dOutput.Stride };
        _isa.Run(ref tanh);
        _combine.Backward(tape.Joined(target.Rows), dOutput, dJoined, gradients, accumulate);

        // What each step of the source got, and the decoder's rows, come together sequence by sequence.
        RowView dKeys = tape.DProjectedKeys(source.Rows), dCompared = tape.DProjectedQueries(target.Rows);
        Clear(dValues);
        if (_key is not null)
        {
            Clear(dKeys);
        }

        ClearPadding(dQueries, QuerySize);
        if (_score >= 0 && !accumulate)
        {
            gradients[_score].Memory.Clear();
        }

        for (int row = 0; row < dQueries.Count; row++)
        {
            dJoined[row, KeySize + QuerySize][KeySize..].CopyTo(dQueries[row, QuerySize]);
        }

        for (int place = 0; place < target.Batch; place++)
        {
            OneSequence(source, target, place, values, queries, tape, gradients);
            int sourcePlace = source.PlaceOf(target.Order[place]);
            Spread(source, sourcePlace, tape.DValues, dValues, KeySize, add: false);
            if (Kind == AttentionKind.Dot)
            {
                Spread(source, sourcePlace, tape.DKeys, dValues, KeySize, add: true);
            }
            else
            {
                Spread(source, sourcePlace, tape.DKeys, dKeys, Units, add: false);
            }

            Spread(target, place, tape.DQueries, _query is null ? dQueries : dCompared, Units, add: _query is null);
        }

        Projections(source, target, values, queries, tape, dValues, dQueries, gradients, accumulate);
    }

    /// <summary>One sequence's dq, dk and dv in the tape's room for one.</summary>
    private void OneSequence(
        Timeline source, Timeline target, int place, RowView values, RowView queries, AttentionTape tape, ParameterSet gradients)
    {
        int b = target.Order[place], rows = target.Length(place), sourcePlace = source.PlaceOf(b), steps = source.Length(sourcePlace);
        RowView own = tape.Values(b), weights = tape.Weights(b), keys = Kind == AttentionKind.Dot ? own : tape.Keys;
        RowView compared = tape.Queries, dContext = tape.DContext, dWeights = tape.DWeights, across = Kind == AttentionKind.Dot ? tape.KeysAcross(b) : tape.ValuesAcross;
        RowView dQueries = tape.DQueries, dKeys = tape.DKeys, dValues = tape.DValues;
        if (Kind != AttentionKind.Dot)
        {
            Collect(source, sourcePlace, tape.ProjectedKeys(source.Rows), keys, Units);
            RowTranspose.Run(ref own.Origin, own.Stride, steps, KeySize, ref across.Origin, across.Stride);
        }

        Collect(target, place, _query is null ? queries : tape.ProjectedQueries(target.Rows), compared, Units);
        Collect(target, place, tape.DJoined(target.Rows), dContext, KeySize);

        // dp = dc y', dy = p' dc; then through the softmax.
        SequenceProduct.Multiply(
            _isa, ref dContext.Origin, dContext.Stride, 1, rows, KeySize, ref across.Origin, across.Stride, steps, ref dWeights.Origin, dWeights.Stride);
        SequenceProduct.Multiply(
            _isa, ref weights.Origin, 1, weights.Stride, steps, rows, ref dContext.Origin, dContext.Stride, KeySize, ref dValues.Origin, dValues.Stride);
        var softmax = new SoftmaxBackward
        {
            P = ref weights.Origin,
            Gradient = ref dWeights.Origin,
            Rows = rows,
            Columns = steps,
            Stride = dWeights.Stride,
        };
        _isa.Run(ref softmax);

        if (Kind != AttentionKind.Additive)
        {
            SequenceProduct.Multiply(
                _isa, ref dWeights.Origin, dWeights.Stride, 1, rows, steps, ref keys.Origin, keys.Stride, Units, ref dQueries.Origin, dQueries.Stride);
            SequenceProduct.Multiply(
                _isa, ref dWeights.Origin, 1, dWeights.Stride, steps, rows, ref compared.Origin, compared.Stride, Units, ref dKeys.Origin, dKeys.Stride);
            return;
        }

        Rows.Row(ref dKeys.Origin, 0, 0, steps * dKeys.Stride).Clear();
        var additive = new AdditiveScoresBackward
        {
            Queries = ref compared.Origin,
            Keys = ref keys.Origin,
            V = ref _packedScore!.Origin,
            DScores = ref dWeights.Origin,
            DQueries = ref dQueries.Origin,
            DKeys = ref dKeys.Origin,
            DV = ref gradients[_score].Origin,
            Rows = rows,
            Columns = steps,
            Units = dKeys.Stride,
            Stride = dWeights.Stride,
        };
        _isa.Run(ref additive);
    }

    private void Projections(
        Timeline source, Timeline target, RowView values, RowView queries, AttentionTape tape, RowView dValues, RowView dQueries,
        ParameterSet gradients, bool accumulate)
    {
        if (_key is not null)
        {
            RowView dInput = tape.DKeyInput(source.Rows);
            _key.Backward(values, tape.DProjectedKeys(source.Rows), dInput, gradients, accumulate);
            Rows.Add(ref dInput.Origin, dInput.Stride, source.Rows, ref dValues.Origin, dValues.Stride, KeySize);
        }

        if (_query is not null)
        {
            RowView dInput = tape.DQueryInput(target.Rows);
            _query.Backward(queries, tape.DProjectedQueries(target.Rows), dInput, gradients, accumulate);
            Rows.Add(ref dInput.Origin, dInput.Stride, target.Rows, ref dQueries.Origin, dQueries.Stride, QuerySize);
        }
    }

    private static void Clear(RowView rows) => Rows.Row(ref rows.Origin, 0, 0, rows.Count * rows.Stride).Clear();

    private static void ClearPadding(RowView rows, int size)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            rows[row, rows.Stride][size..].Clear();
        }
    }
}
