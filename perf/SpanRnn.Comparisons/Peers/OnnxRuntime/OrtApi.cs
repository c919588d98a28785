using System.Runtime.InteropServices;
using System.Text;
using SpanRnn.Comparisons.Contenders;

namespace SpanRnn.Comparisons.Peers.OnnxRuntime;

/// <summary>
/// ONNX Runtime's C API as a table of function pointers. The table only ever grows at its end, so a function's slot never changes:
/// no header and no package is needed, only the numbers below.
/// </summary>
internal static unsafe class OrtApi
{
    public const uint Version = 17;

    private static void** s_table;

    /// <summary>The library's own version.</summary>
    public static string VersionText { get; private set; } = "";

    public static void Load()
    {
        if (s_table != null) return;
        string path = OrtLibrary.Find();
        nint library = NativeLibrary.Load(path);
        var getBase = (delegate* unmanaged<void**>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        void** apiBase = getBase();
        VersionText = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)apiBase[1])()) ?? "";
        s_table = (void**)((delegate* unmanaged<uint, void*>)apiBase[0])(Version);
        if (s_table == null) throw new PeerMissingException($"ONNX Runtime {VersionText} at {path} does not offer API version {Version}.");
    }

    public static void* CreateEnv()
    {
        void* env;
        fixed (byte* name = "SpanRnn.Comparisons\0"u8)
            Check(((delegate* unmanaged<int, byte*, void**, void*>)s_table[3])(3, name, &env));   // 3: errors only
        return env;
    }

    public static void* CreateSessionOptions(int threads)
    {
        void* options;
        Check(((delegate* unmanaged<void**, void*>)s_table[10])(&options));
        Set(13, options, 0);         // sequential execution
        Set(23, options, 99);        // every graph optimization
        Set(24, options, threads);   // intra-op
        Set(25, options, 1);         // inter-op
        // With one thread nothing can spin. With two, a pool that sleeps between operators is not its best setting.
        AddConfig(options, "session.intra_op.allow_spinning", threads == 1 ? "0" : "1");
        AddConfig(options, "session.inter_op.allow_spinning", "0");
        return options;
    }

    public static void* CreateSession(void* env, ReadOnlySpan<byte> model, void* options)
    {
        void* session;
        fixed (byte* bytes = model)
            Check(((delegate* unmanaged<void*, void*, nuint, void*, void**, void*>)s_table[8])(env, bytes, (nuint)model.Length, options, &session));
        return session;
    }

    public static void* CreateCpuMemoryInfo()
    {
        void* info;
        Check(((delegate* unmanaged<int, int, void**, void*>)s_table[69])(0, 0, &info));
        return info;
    }

    /// <summary>A tensor over memory of ours, which must stay where it is.</summary>
    public static void* CreateTensor(void* info, float* data, ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape) count *= size;
        void* value;
        fixed (long* sizes = shape)
        {
            Check(((delegate* unmanaged<void*, void*, nuint, long*, nuint, int, void**, void*>)s_table[49])(
                info, data, (nuint)(count * sizeof(float)), sizes, (nuint)shape.Length, 1, &value));
        }

        return value;
    }

    public static void* CreateBinding(void* session)
    {
        void* binding;
        Check(((delegate* unmanaged<void*, void**, void*>)s_table[134])(session, &binding));
        return binding;
    }

    public static void BindInput(void* binding, string name, void* value) => Bind(136, binding, name, value);

    public static void BindOutput(void* binding, string name, void* value) => Bind(137, binding, name, value);

    public static void Run(void* session, void* binding) =>
        Check(((delegate* unmanaged<void*, void*, void*, void*>)s_table[133])(session, null, binding));

    public static void ReleaseEnv(void* env) => Release(92, env);

    public static void ReleaseMemoryInfo(void* info) => Release(94, info);

    public static void ReleaseSession(void* session) => Release(95, session);

    public static void ReleaseTensor(void* value) => Release(96, value);

    public static void ReleaseSessionOptions(void* options) => Release(100, options);

    public static void ReleaseBinding(void* binding) => Release(135, binding);

    private static void AddConfig(void* options, string key, string value)
    {
        fixed (byte* k = Zero(key), v = Zero(value))
            Check(((delegate* unmanaged<void*, byte*, byte*, void*>)s_table[130])(options, k, v));
    }

    private static void Bind(int slot, void* binding, string name, void* value)
    {
        fixed (byte* n = Zero(name))
            Check(((delegate* unmanaged<void*, byte*, void*, void*>)s_table[slot])(binding, n, value));
    }

    private static void Set(int slot, void* options, int value) => Check(((delegate* unmanaged<void*, int, void*>)s_table[slot])(options, value));

    private static void Release(int slot, void* handle) => ((delegate* unmanaged<void*, void>)s_table[slot])(handle);

    private static byte[] Zero(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static void Check(void* status)
    {
        if (status == null) return;
        string message = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<void*, byte*>)s_table[2])(status)) ?? "";
        Release(93, status);
        throw new InvalidOperationException("ONNX Runtime: " + message);
    }
}
