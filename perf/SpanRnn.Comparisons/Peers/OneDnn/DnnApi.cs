using System.Runtime.InteropServices;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>
/// oneDNN's C API, version 2, as far as a primitive of any kind needs it. What it hands out are pointers; what it returns is a status,
/// and none goes unread.
/// </summary>
internal static unsafe partial class DnnApi
{
    private const int Cpu = 1, Float32 = 3, InOrder = 1;
    private const int ArgumentQuery = 255;

    /// <summary>Three numbers of the version, and at index 6 what the library shares work with.</summary>
    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_version")]
    public static partial int* Version();

    /// <summary>OpenMP's, through oneDNN's library: whichever runtime that one was linked to.</summary>
    [LibraryImport(DnnLibrary.Name, EntryPoint = "omp_set_num_threads")]
    public static partial void SetThreads(int threads);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "omp_get_max_threads")]
    public static partial int Threads();

    /// <summary>Bytes of a tensor, with what its layout pads.</summary>
    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_memory_desc_get_size")]
    public static partial nuint Size(DnnDescriptor* descriptor);

    /// <summary>The instruction set its kernels are made for here.</summary>
    public static string InstructionSet() => Text(IsaName(EffectiveIsa())).Replace("cpu_isa_", "");

    public static void* CreateEngine()
    {
        void* engine;
        Check(CreateEngine(&engine, Cpu, 0), "dnnl_engine_create");
        return engine;
    }

    public static void* CreateStream(void* engine)
    {
        void* stream;
        Check(CreateStream(&stream, engine, InOrder), "dnnl_stream_create");
        return stream;
    }

    public static void Wait(void* stream) => Check(WaitFor(stream), "dnnl_stream_wait");

    public static void Describe(DnnDescriptor* descriptor, DnnTag tag, ReadOnlySpan<long> sizes)
    {
        fixed (long* dimensions = sizes)
            Check(InitByTag(descriptor, sizes.Length, dimensions, Float32, tag), "dnnl_memory_desc_init_by_tag");
    }

    /// <summary>A tensor over memory that the library takes and gives back with it.</summary>
    public static void* CreateMemory(void* engine, DnnDescriptor* descriptor, out float* data)
    {
        void* memory, handle;
        Check(CreateMemory(&memory, descriptor, engine, (void*)-1), "dnnl_memory_create");
        Check(GetHandle(memory, &handle), "dnnl_memory_get_data_handle");
        data = (float*)handle;
        return memory;
    }

    public static DnnDescriptor* DescriptorOf(void* memory)
    {
        DnnDescriptor* descriptor;
        Check(GetDescriptor(memory, &descriptor), "dnnl_memory_get_memory_desc");
        return descriptor;
    }

    /// <summary>How an operation is going to be done. A backward one is told how its forward one is.</summary>
    public static void* CreatePlan(void* engine, void* operation, void* forward)
    {
        void* plan;
        Check(CreatePlan(&plan, operation, null, engine, forward), "dnnl_primitive_desc_create");
        return plan;
    }

    public static void* CreateReorder(void* engine, DnnDescriptor* from, DnnDescriptor* to)
    {
        void* plan;
        Check(CreateReorder(&plan, from, engine, to, engine, null), "dnnl_reorder_primitive_desc_create");
        return plan;
    }

    /// <summary>What a plan wants an argument's memory to look like; belongs to the plan.</summary>
    public static DnnDescriptor* Descriptor(void* plan, DnnSlot slot)
    {
        DnnDescriptor* descriptor = QueryDescriptor(plan, ArgumentQuery, (int)slot);
        return descriptor != null ? descriptor : throw new InvalidOperationException($"oneDNN: dnnl_primitive_desc_query_md knows no {slot}.");
    }

    public static void* CreatePrimitive(void* plan)
    {
        void* primitive;
        Check(CreatePrimitive(&primitive, plan), "dnnl_primitive_create");
        return primitive;
    }

    public static void Execute(void* primitive, void* stream, ReadOnlySpan<DnnArgument> arguments)
    {
        fixed (DnnArgument* first = arguments) Check(Execute(primitive, stream, arguments.Length, first), "dnnl_primitive_execute");
    }

    public static void Destroy(void* primitive, void* plan)
    {
        Check(DestroyPrimitive(primitive), "dnnl_primitive_destroy");
        Check(DestroyPlan(plan), "dnnl_primitive_desc_destroy");
    }

    public static void DestroyMemory(void* memory) => Check(DestroyTensor(memory), "dnnl_memory_destroy");

    public static void DestroyEngine(void* engine, void* stream)
    {
        Check(DestroyStream(stream), "dnnl_stream_destroy");
        Check(DestroyOnlyEngine(engine), "dnnl_engine_destroy");
    }

    /// <summary>Says which call failed, and the library's word for how.</summary>
    public static void Check(int status, string call)
    {
        if (status != 0) throw new InvalidOperationException($"oneDNN: {call}: {Text(StatusName(status))}");
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_status2str")]
    private static partial byte* StatusName(int status);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_get_effective_cpu_isa")]
    private static partial int EffectiveIsa();

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_cpu_isa2str")]
    private static partial byte* IsaName(int isa);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_engine_create")]
    private static partial int CreateEngine(void** engine, int kind, nuint index);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_engine_destroy")]
    private static partial int DestroyOnlyEngine(void* engine);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_stream_create")]
    private static partial int CreateStream(void** stream, void* engine, uint flags);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_stream_wait")]
    private static partial int WaitFor(void* stream);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_stream_destroy")]
    private static partial int DestroyStream(void* stream);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_memory_desc_init_by_tag")]
    private static partial int InitByTag(DnnDescriptor* descriptor, int count, long* sizes, int type, DnnTag tag);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_memory_create")]
    private static partial int CreateMemory(void** memory, DnnDescriptor* descriptor, void* engine, void* handle);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_memory_get_data_handle")]
    private static partial int GetHandle(void* memory, void** handle);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_memory_get_memory_desc")]
    private static partial int GetDescriptor(void* memory, DnnDescriptor** descriptor);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_memory_destroy")]
    private static partial int DestroyTensor(void* memory);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_primitive_desc_create")]
    private static partial int CreatePlan(void** plan, void* operation, void* attributes, void* engine, void* forward);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_reorder_primitive_desc_create")]
    private static partial int CreateReorder(
        void** plan, DnnDescriptor* from, void* fromEngine, DnnDescriptor* to, void* toEngine, void* attributes);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_primitive_desc_query_md")]
    private static partial DnnDescriptor* QueryDescriptor(void* plan, int what, int index);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_primitive_desc_destroy")]
    private static partial int DestroyPlan(void* plan);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_primitive_create")]
    private static partial int CreatePrimitive(void** primitive, void* plan);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_primitive_execute")]
    private static partial int Execute(void* primitive, void* stream, int count, DnnArgument* arguments);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_primitive_destroy")]
    private static partial int DestroyPrimitive(void* primitive);
}
