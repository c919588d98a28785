namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>A node with its inputs, and what handlers ask of them.</summary>
internal sealed class OperatorCall(GraphEvaluator graph, GraphNode node, GraphValue[] inputs)
{
    public GraphEvaluator Graph => graph;

    public GraphNode Node => node;

    /// <summary>An input; absent where it is left out.</summary>
    public GraphValue Input(int i) => i < inputs.Length ? inputs[i] : Absent.Instance;

    public bool Has(int i) => Input(i) is not Absent;

    public NotUnderstoodException Fail(string reason) => new(reason);

    public Flow Flow(int i) => Input(i) as Flow ?? throw Fail($"expected the result of a layer as input {i}.");

    public Floats Floats(int i) => Input(i) as Floats ?? throw Fail($"expected constant numbers as input {i}.");

    public Integers Integers(int i) => Input(i) as Integers ?? throw Fail($"expected integers as input {i}.");

    /// <summary>Constant integers of an input.</summary>
    public long[] Numbers(int i) => Integers(i).Numbers ?? throw Fail($"expected integers that the file holds as input {i}, found sizes of a run.");

    /// <summary>Axes or the like: an attribute of old versions, an input of new ones; null if neither is there.</summary>
    public long[]? List(string attribute, int input) => node.Integers(attribute) is { } list ? [.. list] : Has(input) ? Numbers(input) : null;

    /// <summary>An axis counted from the front.</summary>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Fail($"axis {axis} of a tensor of {rank} axes.");

    public int AxisAttribute(int rank, long otherwise) => Axis(node.Integer("axis", otherwise), rank);

    /// <summary>The order of a Transpose: each axis once.</summary>
    public int[] Order(int rank)
    {
        IReadOnlyList<long> order = node.Integers("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        return order.Count == rank && order.Order().SequenceEqual(Enumerable.Range(0, rank).Select(axis => (long)axis))
            ? [.. order.Select(axis => (int)axis)]
            : throw Fail($"perm [{string.Join(", ", order.Take(8))}] of a tensor of {rank} axes.");
    }

    /// <summary>The axes that an Unsqueeze adds, in rising order, counted in its result.</summary>
    public int[] AddedAxes(int rank)
    {
        long[] axes = List("axes", 1) ?? throw Fail("expected axes.");
        int[] added = [.. axes.Select(axis => Axis(axis, checked(rank + axes.Length))).Order()];
        return added.Distinct().Count() == added.Length && rank + added.Length <= MostAxes ? added : throw Fail($"axes [{string.Join(", ", axes.Take(8))}].");
    }

    /// <summary>Where a Slice starts and ends along each axis it names.</summary>
    public IEnumerable<(int Axis, long Start, long End)> Ranges(int rank)
    {
        long[] starts = List("starts", 1) ?? throw Fail("expected starts."), ends = List("ends", 2) ?? throw Fail("expected ends.");
        long[] axes = List("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        if (Has(4) && Numbers(4).Any(step => step != 1))
        {
            throw Fail("steps other than 1.");
        }

        if (starts.Length != ends.Length || axes.Length != starts.Length)
        {
            throw Fail($"{starts.Length} starts, {ends.Length} ends and {axes.Length} axes.");
        }

        return axes.Select((axis, i) => (Axis(axis, rank), starts[i], ends[i]));
    }

    /// <summary>A start or an end of a range, counted from the front and held within the size.</summary>
    public static int Place(long place, int size) => (int)Math.Clamp(place < 0 ? Math.Max(place, -size) + size : place, 0, size);

    public const int MostAxes = 8;
}
