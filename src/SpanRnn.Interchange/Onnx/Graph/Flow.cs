namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>What of a layer's result is meant.</summary>
internal enum Part
{
    /// <summary>Every step.</summary>
    Sequence,

    /// <summary>The last step of the array.</summary>
    LastStep,

    /// <summary>The first step of the array.</summary>
    FirstStep,

    /// <summary>The hidden state after the last step that was done.</summary>
    FinalHidden,

    /// <summary>The cell state after the last step that was done.</summary>
    FinalCell,
}

/// <summary>A direction of a recurrent layer's result, or the whole result of another layer.</summary>
internal readonly record struct Piece(Source Source, Part Part, int Direction = 0);

/// <summary>A tensor that is known only in a run: pieces of layers' results, with the parts of its axes.</summary>
/// <param name="Axes">For each axis its factors, from the slowest to the fastest; none for an axis of size 1.</param>
/// <param name="Piles">The piles among them, in the order in which pieces are listed.</param>
/// <param name="Pieces">Row-major over the piles; one if there are none.</param>
/// <param name="Features">Numbers of each piece.</param>
internal sealed record Flow(Factor[][] Axes, Pile[] Piles, Piece[] Pieces, int Features) : GraphValue
{
    /// <summary>More than any model has layers and directions: a file may not make lists grow without end.</summary>
    public const int MostPieces = 4096;

    /// <summary>The result of one layer with these axes.</summary>
    public static Flow Of(Source source, Factor[][] axes, int features) => new(axes, [], [new Piece(source, Part.Sequence)], features);

    /// <summary>The index of the axis that holds the features; -1 if it was squeezed away.</summary>
    public int FeatureAxis => Array.FindIndex(Axes, axis => axis.Any(factor => factor is Feature));

    public Size SizeOf(int axis) => Axes[axis].Aggregate((Size)1, (size, factor) => size * factor.Size);

    /// <summary>The pieces at these places of a pile, which becomes another, or none if it is to vanish.</summary>
    public Flow Take(Pile pile, int[] places, bool keep)
    {
        int at = Array.IndexOf(Piles, pile);
        int[] shape = [.. Piles.Select(p => p.Count)];
        var taken = new Pile(places.Length);
        bool isGone = !keep || places.Length == 1;
        return this with
        {
            Axes = [.. Axes.Select(axis => axis.SelectMany(factor => factor != pile ? [factor] : isGone ? Array.Empty<Factor>() : [taken]).ToArray())],
            Piles = [.. Piles.SelectMany(p => p != pile ? [p] : isGone ? Array.Empty<Pile>() : [taken])],
            Pieces = Arrays.Take(Pieces, shape, at, places),
        };
    }
}
