namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>The states that a recurrent node starts from: constants, the same for every sequence, or an input that the caller keeps.</summary>
internal static class InitialStates
{
    /// <summary>[D, H]; empty for zeros, and for an input of the graph.</summary>
    /// <exception cref="NotUnderstoodException">They follow from other layers, or differ between sequences.</exception>
    public static float[] Read(OperatorCall call, int input, OnnxRecurrentSettings settings)
    {
        switch (call.Input(input))
        {
            case Absent:
                return [];
            case Floats floats:
                return Rows(call, floats.Items, floats.Shape, settings);
            case Repeated repeated:
                return Rows(call, repeated.Items, repeated.Shape, settings);
            case Flow { Pieces: var pieces } when pieces.All(piece => piece.Source is InputSource):
                call.Graph.File.NoteStateInput(((InputSource)pieces[0].Source).Name);
                return [];
            default:
                throw call.Fail("its initial states follow from other layers.");
        }
    }

    private static float[] Rows(OperatorCall call, float[] items, int[] shape, OnnxRecurrentSettings settings)
    {
        ConstantOperators.Afford(call, [items.Length]);
        if (Array.TrueForAll(items, number => number == 0f))
        {
            return [];
        }

        int directions = settings.Directions, units = settings.HiddenSize;
        if (items.Length == 1 && items[0] is var one && float.IsFinite(one))
        {
            return [.. Enumerable.Repeat(one, directions * units)];
        }

        (int directionAxis, int batchAxis) = settings.BatchMajor ? (1, 0) : (0, 1);
        if (shape.Length != 3 || shape[2] != units || shape[directionAxis] != directions || shape[batchAxis] == 0 || !Array.TrueForAll(items, float.IsFinite))
        {
            throw call.Fail($"initial states of [{string.Join(", ", shape)}], or NaN or infinity among them.");
        }

        float[] ordered = settings.BatchMajor ? Arrays.Transpose(items, shape, [1, 0, 2]) : items;
        int batch = shape[batchAxis];
        var rows = new float[directions * units];
        for (int d = 0; d < directions; d++)
        {
            ReadOnlySpan<float> all = ordered.AsSpan(d * batch * units, batch * units), first = all[..units];
            first.CopyTo(rows.AsSpan(d * units));
            for (int b = 1; b < batch; b++)
            {
                if (!all.Slice(b * units, units).SequenceEqual(first))
                {
                    throw call.Fail("its initial states differ between sequences.");
                }
            }
        }

        return rows;
    }
}
