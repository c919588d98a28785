using System.Reflection;
using System.Runtime.InteropServices;
using SpanRnn.Comparisons.Contenders;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>oneDNN's shared library: what SPANRNN_ONEDNN names, or the distribution's, with the number of threads its OpenMP may use.</summary>
internal static unsafe partial class DnnLibrary
{
    /// <summary>The name by which this program's declarations mean the library, wherever it was found.</summary>
    public const string Name = "oneDNN";

    private const string Usual = "libdnnl.so.2";
    private const int OpenMp = 2;   // of the library's version: what it shares work with

    private static nint s_library;

    /// <summary>The library's own version.</summary>
    public static string VersionText { get; private set; } = "";

    public static void Load(int threads)
    {
        if (s_library != 0) return;

        // OpenMP reads the process's variables when it is loaded, and .NET's setter does not reach those.
        fixed (byte* name = "OMP_NUM_THREADS\0"u8, value = System.Text.Encoding.ASCII.GetBytes($"{threads}\0"))
            if (SetEnvironment(name, value, 1) != 0) throw new InvalidOperationException("setenv refused OMP_NUM_THREADS.");
        s_library = Find();
        NativeLibrary.SetDllImportResolver(typeof(DnnLibrary).Assembly, Resolve);
        int* version = DnnApi.Version();
        VersionText = $"{version[0]}.{version[1]}.{version[2]}";
        if (version[0] != 2) throw new PeerMissingException($"oneDNN {VersionText} has another C API: version 2 is needed, {Usual}.");
        if (version[6] != OpenMp) throw new PeerMissingException($"oneDNN {VersionText} is built without OpenMP, so its threads cannot be set.");
        DnnApi.SetThreads(threads);
    }

    private static nint Find()
    {
        string? given = Environment.GetEnvironmentVariable("SPANRNN_ONEDNN");
        if (NativeLibrary.TryLoad(given is { Length: > 0 } ? given : Usual, out nint library)) return library;
        throw new PeerMissingException(given is { Length: > 0 }
            ? $"SPANRNN_ONEDNN names {given}, which cannot be loaded."
            : $"oneDNN is not installed ({Usual}): run perf/install-peers.sh, or set SPANRNN_ONEDNN to it.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? s_library : 0;

    [LibraryImport("libc", EntryPoint = "setenv")]
    private static partial int SetEnvironment(byte* name, byte* value, int overwrite);
}
