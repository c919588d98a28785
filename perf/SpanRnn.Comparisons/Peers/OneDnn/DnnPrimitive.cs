namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>An operation ready to run, and the plan that knows the layouts it wants.</summary>
internal sealed unsafe class DnnPrimitive : IDisposable
{
    private readonly void* _plan;
    private readonly void* _primitive;

    /// <param name="engine">The CPU.</param>
    /// <param name="operation">What it is to do.</param>
    /// <param name="forward">Where it is backward: the primitive whose workspace it reads.</param>
    public DnnPrimitive(DnnEngine engine, DnnOperation* operation, DnnPrimitive? forward)
        : this(DnnApi.CreatePlan(engine.Handle, operation, forward == null ? null : forward._plan))
    {
    }

    private DnnPrimitive(void* plan)
    {
        _plan = plan;
        _primitive = DnnApi.CreatePrimitive(plan);
    }

    public static DnnPrimitive Reorder(DnnEngine engine, DnnMemory from, DnnMemory to) =>
        new(DnnApi.CreateReorder(engine.Handle, from.Descriptor, to.Descriptor));

    /// <summary>Memory in the layout that this primitive wants in an argument's place.</summary>
    public DnnMemory Memory(DnnEngine engine, DnnSlot slot) => new(engine, DnnApi.Descriptor(_plan, slot));

    public void Execute(DnnEngine engine, ReadOnlySpan<DnnArgument> arguments) => DnnApi.Execute(_primitive, engine.Stream, arguments);

    public void Dispose() => DnnApi.Destroy(_primitive, _plan);
}
