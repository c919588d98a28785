using System.Diagnostics;
using System.Text.Json.Nodes;
using SpanRnn.Comparisons.Contenders;

namespace SpanRnn.Comparisons.Peers.PyTorch;

/// <summary>The child process running worker.py: one line of JSON out, one line back.</summary>
internal sealed class TorchWorker : IDisposable
{
    // The distribution's interpreter; another python3 may come first on the path and has no torch.
    private const string Interpreter = "/usr/bin/python3";

    private readonly Process _process;
    private readonly string _name;

    public TorchWorker(TorchVariant variant, int threads)
    {
        _name = variant.Name;
        string script = Path.Combine(AppContext.BaseDirectory, "Peers", "PyTorch", "worker.py");
        if (!File.Exists(Interpreter)) throw new PeerMissingException($"PyTorch: no {Interpreter}; run perf/install-peers.sh.");
        var start = new ProcessStartInfo(Interpreter, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = threads.ToString();
        start.Environment["OPENBLAS_NUM_THREADS"] = threads.ToString();
        start.Environment["BLIS_NUM_THREADS"] = threads.ToString();
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach ((string name, string value) in variant.Environment) start.Environment.TryAdd(name, value);
        if (variant.Folder.Length > 0) start.Environment["LD_LIBRARY_PATH"] = BlasFolder(variant.Folder);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => LastError = line.Data ?? LastError;
        _process.BeginErrorReadLine();
    }

    private string LastError { get; set; } = "";

    /// <summary>Sends a request and waits for its answer.</summary>
    public JsonObject Ask(JsonObject request)
    {
        string? line;
        try
        {
            _process.StandardInput.WriteLine(request.ToJsonString());
            _process.StandardInput.Flush();
            line = _process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            line = null;
        }

        if (line == null)
        {
            string code = _process.WaitForExit(2000) ? $" with code {_process.ExitCode}" : "";
            throw new PeerMissingException($"{_name}: its process ended{code} ({(LastError.Length > 0 ? LastError : "without a word")}); run perf/install-peers.sh.");
        }

        JsonObject answer = JsonNode.Parse(line)!.AsObject();
        if (answer["error"] is JsonNode error) throw new InvalidOperationException("PyTorch: " + error.GetValue<string>());
        return answer;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000)) _process.Kill();
        _process.Dispose();
    }

    private static string BlasFolder(string name)
    {
        string? found = Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu").Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "libblas.so.3")));
        return found ?? throw new PeerMissingException($"PyTorch: the BLAS '{name}' is not installed; run perf/install-peers.sh.");
    }
}
