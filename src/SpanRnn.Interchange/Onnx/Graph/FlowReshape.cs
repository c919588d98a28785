namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>A Reshape that only joins axes, splits directions from layers, or adds and drops axes of size 1.</summary>
internal static class FlowReshape
{
    public static Flow Run(OperatorCall call, Flow flow)
    {
        Size[] target = call.Integers(1).Items;
        int open = Array.FindIndex(target, size => size.Is(-1));
        if (target.Length > OperatorCall.MostAxes || target.Count(size => size.Is(-1)) > 1)
        {
            throw call.Fail("expected at most one size that is left open.");
        }

        List<Factor> left = [.. flow.Axes.SelectMany(axis => axis)];
        List<Pile> piles = [.. flow.Piles];
        var axes = new Factor[target.Length][];
        for (int i = 0; i < target.Length && i != open; i++)
        {
            axes[i] = Take(i, fromEnd: false);
        }

        for (int i = target.Length - 1; open >= 0 && i > open; i--)
        {
            axes[i] = Take(i, fromEnd: true);
        }

        if (open >= 0)
        {
            axes[open] = [.. left];
        }
        else if (left is [Feature { Count: 1 }] && axes.Length > 0)
        {
            // Two directions of one unit: the size is reached before the unit itself.
            axes[^1] = [.. axes[^1], .. left];
        }
        else if (left.Count > 0)
        {
            throw call.Fail("the sizes are not those of the layer's result.");
        }

        return flow with { Axes = axes, Piles = [.. piles] };

        Factor[] Take(int i, bool fromEnd)
        {
            Size size = target[i];
            if (size.Is(0) && call.Node.Integer("allowzero", 0) == 0 && i < flow.Axes.Length)
            {
                size = flow.SizeOf(i);
            }

            var taken = new List<Factor>();
            Size product = 1;
            bool wantsOne = size.Is(1) && left.Count > 0 && (fromEnd ? left[^1] : left[0]) is Axis { Declared: 1 };
            while (wantsOne || !Matches(product, taken, size))
            {
                wantsOne = false;
                if (left.Count == 0)
                {
                    throw call.Fail("the sizes are not those of the layer's result.");
                }

                Factor next = fromEnd ? left[^1] : left[0];
                if (next is Pile pile && product.Is(1) && size.IsNumber && size.Number > 0 && size.Number < pile.Count && pile.Count % size.Number == 0)
                {
                    next = Cut(pile, (int)size.Number, fromEnd);
                }

                left.RemoveAt(fromEnd ? left.Count - 1 : 0);
                taken.Insert(fromEnd ? 0 : taken.Count, next);
                product = fromEnd ? next.Size * product : product * next.Size;
            }

            return [.. taken];
        }

        // [layers x directions] to [layers], [directions]
        Pile Cut(Pile pile, int count, bool fromEnd)
        {
            Pile part = new(count), rest = new(pile.Count / count);
            Pile[] both = fromEnd ? [rest, part] : [part, rest];
            int at = left.IndexOf(pile), listed = piles.IndexOf(pile);
            left.RemoveAt(at);
            left.InsertRange(at, both);
            piles.RemoveAt(listed);
            piles.InsertRange(listed, both);
            return part;
        }
    }

    /// <summary>The same size; a number is also that of axes whose sizes the file declares.</summary>
    private static bool Matches(Size product, List<Factor> factors, Size size)
    {
        if (product == size || !size.IsNumber)
        {
            return product == size;
        }

        long declared = 1;
        foreach (Factor factor in factors)
        {
            long own = factor is Axis axis ? axis.Declared ?? 0 : factor.Size.Number;
            declared = own is > 0 and <= int.MaxValue && declared <= int.MaxValue ? declared * own : 0;
        }

        return declared == size.Number;
    }
}
