using System.Runtime.InteropServices;
using System.Text;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>The real ONNX Runtime, by its C API: a table of function pointers that only ever grows at its end.</summary>
internal static unsafe class OnnxRuntime
{
    private const uint Version = 17;
    private const int Float = 1, Int32 = 6, Int64 = 7;

    private static readonly Lazy<string?> Library = new(Find);
    private static readonly object Gate = new();
    private static void** s_table;
    private static void* s_env, s_memory;

    /// <summary>Null where the library is, otherwise the sentence that a skipped test shows.</summary>
    public static string? WhyMissing => Library.Value is not null ? null
        : "Missing ONNX Runtime: no libonnxruntime.so below perf/.peers of a parent folder (perf/install-peers.sh puts it there), and SPANRNN_ORT does not name it.";

    /// <summary>Runs a model once: floats of every output asked for.</summary>
    public static float[][] Run(byte[] model, IReadOnlyList<RuntimeInput> inputs, IReadOnlyList<string> outputs)
    {
        lock (Gate)
        {
            Load();
        }

        void* options, session;
        Check(((delegate* unmanaged<void**, void*>)s_table[10])(&options));
        Check(((delegate* unmanaged<void*, int, void*>)s_table[24])(options, 1));
        fixed (byte* bytes = model)
        {
            void* status = ((delegate* unmanaged<void*, void*, nuint, void*, void**, void*>)s_table[8])(s_env, bytes, (nuint)model.Length, options, &session);
            Release(100, options);
            Check(status);
        }

        try
        {
            return Run(session, inputs, outputs);
        }
        finally
        {
            Release(95, session);
        }
    }

    private static float[][] Run(void* session, IReadOnlyList<RuntimeInput> inputs, IReadOnlyList<string> outputs)
    {
        GCHandle[] held = [.. inputs.SelectMany(input => new[] { GCHandle.Alloc(input.Data, GCHandleType.Pinned), Name(input.Name) }), .. outputs.Select(Name)];
        void** inputNames = stackalloc void*[inputs.Count], values = stackalloc void*[inputs.Count];
        void** outputNames = stackalloc void*[outputs.Count], results = stackalloc void*[outputs.Count];
        try
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                values[i] = Tensor(inputs[i], (void*)held[2 * i].AddrOfPinnedObject());
                inputNames[i] = (void*)held[2 * i + 1].AddrOfPinnedObject();
            }

            for (int i = 0; i < outputs.Count; i++)
            {
                results[i] = null;
                outputNames[i] = (void*)held[2 * inputs.Count + i].AddrOfPinnedObject();
            }

            Check(((delegate* unmanaged<void*, void*, void**, void**, nuint, void**, nuint, void**, void*>)s_table[9])(
                session, null, inputNames, values, (nuint)inputs.Count, outputNames, (nuint)outputs.Count, results));
            var floats = new float[outputs.Count][];
            for (int i = 0; i < outputs.Count; i++)
            {
                floats[i] = Floats(results[i]);
                Release(96, results[i]);
            }

            for (int i = 0; i < inputs.Count; i++)
            {
                Release(96, values[i]);
            }

            return floats;
        }
        finally
        {
            foreach (GCHandle handle in held)
            {
                handle.Free();
            }
        }
    }

    private static void* Tensor(RuntimeInput input, void* data)
    {
        int type = input.Data switch { float[] => Float, int[] => Int32, _ => Int64 };
        void* value;
        fixed (long* shape = input.Shape)
        {
            Check(((delegate* unmanaged<void*, void*, nuint, long*, nuint, int, void**, void*>)s_table[49])(
                s_memory, data, (nuint)Buffer.ByteLength(input.Data), shape, (nuint)input.Shape.Length, type, &value));
        }

        return value;
    }

    private static float[] Floats(void* value)
    {
        void* info, data;
        nuint count;
        Check(((delegate* unmanaged<void*, void**, void*>)s_table[65])(value, &info));
        Check(((delegate* unmanaged<void*, nuint*, void*>)s_table[64])(info, &count));
        Release(99, info);
        Check(((delegate* unmanaged<void*, void**, void*>)s_table[51])(value, &data));
        return new ReadOnlySpan<float>(data, (int)count).ToArray();
    }

    private static void Load()
    {
        if (s_table != null)
        {
            return;
        }

        nint library = NativeLibrary.Load(Library.Value!);
        void** api = ((delegate* unmanaged<void**>)NativeLibrary.GetExport(library, "OrtGetApiBase"))();
        s_table = (void**)((delegate* unmanaged<uint, void*>)api[0])(Version);
        void* env, memory;
        fixed (byte* name = "SpanRnn.Tests\0"u8)
        {
            Check(((delegate* unmanaged<int, byte*, void**, void*>)s_table[3])(3, name, &env));
        }

        Check(((delegate* unmanaged<int, int, void**, void*>)s_table[69])(0, 0, &memory));
        s_env = env;
        s_memory = memory;
    }

    private static void Release(int slot, void* handle) => ((delegate* unmanaged<void*, void>)s_table[slot])(handle);

    private static void Check(void* status)
    {
        if (status != null)
        {
            string message = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<void*, byte*>)s_table[2])(status)) ?? "";
            Release(93, status);
            throw new InvalidOperationException("ONNX Runtime: " + message);
        }
    }

    private static GCHandle Name(string name) => GCHandle.Alloc(Encoding.UTF8.GetBytes(name + '\0'), GCHandleType.Pinned);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SPANRNN_ORT") is { Length: > 0 } given)
        {
            return File.Exists(given) ? given : null;
        }

        string machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string peers = Path.Combine(folder, "perf", ".peers", "node_modules", "onnxruntime-node", "bin");
            if (Directory.Exists(peers))
            {
                return Directory.EnumerateFiles(peers, "libonnxruntime.so*", SearchOption.AllDirectories)
                    .FirstOrDefault(file => file.Contains($"{Path.DirectorySeparatorChar}linux{Path.DirectorySeparatorChar}{machine}{Path.DirectorySeparatorChar}"));
            }
        }

        return null;
    }
}
