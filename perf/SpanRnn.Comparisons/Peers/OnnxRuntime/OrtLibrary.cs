using System.Runtime.InteropServices;
using SpanRnn.Comparisons.Contenders;

namespace SpanRnn.Comparisons.Peers.OnnxRuntime;

/// <summary>Where ONNX Runtime's shared library is: SPANRNN_ORT, or what perf/install-peers.sh put into perf/.peers.</summary>
internal static class OrtLibrary
{
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable("SPANRNN_ORT") is { Length: > 0 } given)
            return File.Exists(given) ? given : throw new PeerMissingException($"SPANRNN_ORT names {given}, which does not exist.");

        string folder = Path.Combine(Repository.Perf, ".peers", "node_modules", "onnxruntime-node", "bin");
        string machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        string wanted = $"{Path.DirectorySeparatorChar}linux{Path.DirectorySeparatorChar}{machine}{Path.DirectorySeparatorChar}";
        string? found = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "libonnxruntime.so*", SearchOption.AllDirectories).FirstOrDefault(file => file.Contains(wanted))
            : null;
        return found ?? throw new PeerMissingException("ONNX Runtime is not installed: run perf/install-peers.sh, or set SPANRNN_ORT to libonnxruntime.so.");
    }
}
