using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>From pieces back to the layer that they are the whole result of: what the next layer can read.</summary>
internal static class Whole
{
    /// <summary>The layer, and the axis of its features.</summary>
    /// <exception cref="NotUnderstoodException">It is a part, or pieces in another order.</exception>
    public static (Source Source, int Axis) Of(OperatorCall call, Flow flow)
    {
        int axis = flow.FeatureAxis;
        if (axis < 0 && flow.Features != 1)
        {
            throw call.Fail("expected the features of a layer's result on an axis.");
        }

        Factor[] expected = axis < 0 ? [] : [.. flow.Piles, .. flow.Axes[axis].OfType<Feature>()];
        if (axis >= 0 ? !flow.Axes[axis].SequenceEqual(expected) : flow.Piles.Length > 0)
        {
            throw call.Fail("expected directions and units side by side on one axis.");
        }

        Piece first = flow.Pieces[0];
        bool isFinal = flow.Pieces.All(IsFinal);
        if (!isFinal && flow.Pieces.Any(piece => piece.Part != first.Part || piece.Part is not (Part.Sequence or Part.LastStep)))
        {
            throw call.Fail("it reads a cell state, one step that is not the last, or parts that do not belong together.");
        }

        Source source = Join(call, flow.Pieces);
        if (source is InputSource { IsPart: true })
        {
            throw call.Fail("it reads a part of an input.");
        }

        if (flow.Pieces.Any(piece => piece.Part == Part.LastStep) && call.Graph.File.LengthsInput is not null)
        {
            call.Graph.File.Warn($"{call.Node.Title}: the file takes the last step of the array, where shorter sequences have zeros; here it is each sequence's last valid step.");
        }

        return (isFinal ? new SelectionSource(call.Node, source, SelectedStep.FinalState)
            : first.Part == Part.LastStep ? new SelectionSource(call.Node, source, SelectedStep.LastStep)
            : source, axis);
    }

    /// <summary>The same axes with the features of another layer.</summary>
    public static Flow Replace(Flow flow, int axis, Source source) => Flow.Of(
        source,
        [.. flow.Axes.Select((factors, i) => i == axis ? [new Feature(source.Outputs)] : factors)],
        axis < 0 ? 1 : source.Outputs);

    /// <summary>A state after the last step: of a direction that runs forward also its last step, of one that runs backwards its first.</summary>
    private static bool IsFinal(Piece piece) => piece.Part == Part.FinalHidden || (piece.Source is RecurrentSource { IsMerged: false } recurrent
        && piece.Part == (piece.Direction == 1 || recurrent.Parts.Settings.Direction == Direction.Reverse ? Part.FirstStep : Part.LastStep));

    /// <summary>The one layer that these pieces are the whole result of.</summary>
    public static Source Join(OperatorCall call, Piece[] pieces)
    {
        Source first = pieces[0].Source;
        int directions = first is RecurrentSource { IsMerged: false } recurrent ? recurrent.Parts.Settings.Directions : 1;
        if (pieces.Length == directions && pieces.Select((piece, d) => piece.Source == first && piece.Direction == d).All(fits => fits))
        {
            return first;
        }

        return pieces is [{ Source: RecurrentSource forward }, { Source: RecurrentSource reverse }] && RecurrentSource.Pair(forward, reverse) is { } both
            ? both
            : throw call.Fail("it reads a part of a layer's result, or the results of several layers.");
    }
}
