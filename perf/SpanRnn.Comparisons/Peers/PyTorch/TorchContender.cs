using System.Text.Json.Nodes;
using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.PyTorch;

/// <summary>PyTorch in a child process, timed by its own clock. Knows every workload.</summary>
internal sealed class TorchContender : IContender
{
    // Measured here: Adam's loop over parameters is no slower on the CPU than its multi-tensor form.
    private const bool Foreach = false;

    private readonly TorchWorker _worker;
    private int _next;

    public TorchContender(TorchVariant variant, int threads)
    {
        Name = variant.Name;
        _worker = new TorchWorker(variant, threads);
        try
        {
            JsonObject hello = _worker.Ask(new JsonObject { ["op"] = "hello", ["threads"] = threads });
            string settings = string.Join(" ", variant.Environment.Select(setting => setting.Name + "=" + setting.Value));
            Description = $"PyTorch {hello["torch"]}, {hello["threads"]} thread(s), BLAS {(variant.Folder.Length > 0 ? variant.Folder : "default")}, "
                + $"flush_denormal {hello["flush_denormal"]}{(settings.Length > 0 ? ", " : "")}{settings}";
        }
        catch
        {
            _worker.Dispose();
            throw;
        }
    }

    public string Name { get; }

    public string Description { get; }

    public long PeakResidentBytes => _worker.Ask(new JsonObject { ["op"] = "rss" })["peak_kib"]!.GetValue<long>() * 1024;

    public bool Supports(Workload workload) => true;

    public IPrepared Prepare(Workload w, WorkloadData data)
    {
        var request = new JsonObject
        {
            ["mode"] = w.Mode.ToString(),
            ["kind"] = w.Kind.ToString(),
            ["input"] = w.Input,
            ["hidden"] = w.Hidden,
            ["layers"] = w.Layers,
            ["directions"] = w.Directions,
            ["steps"] = w.Steps,
            ["batch"] = w.Batch,
            ["windows"] = w.Windows,
            ["classes"] = w.Classes,
            ["learningRate"] = w.LearningRate,
            ["foreach"] = Foreach,
        };
        return Prepare(request, path => WorkloadFile.Write(path, data));
    }

    public ITutorialRun PrepareTutorial(TutorialTask task)
    {
        var request = new JsonObject
        {
            ["mode"] = "Tutorial",
            ["kind"] = task.Kind.ToString(),
            ["hidden"] = TutorialTask.Width,
            ["layers"] = TutorialTask.Layers,
            ["steps"] = TutorialTask.Steps,
            ["classes"] = task.Classes,
            ["learningRate"] = TutorialTask.LearningRate,
            ["temperature"] = TutorialTask.Temperature,
            ["length"] = task.Text.Length,
            ["prompt"] = task.Prompt.Length,
            ["foreach"] = Foreach,
        };
        return Prepare(request, path =>
        {
            using FileStream file = File.Create(path);
            WorkloadFile.Put(file, task.Text);
            WorkloadFile.Put(file, task.Prompt);
        });
    }

    public void Dispose() => _worker.Dispose();

    private TorchPrepared Prepare(JsonObject workload, Action<string> write)
    {
        string path = Path.GetTempFileName();
        try
        {
            write(path);
            _worker.Ask(new JsonObject { ["op"] = "prepare", ["id"] = ++_next, ["workload"] = workload, ["data"] = path });
        }
        finally
        {
            File.Delete(path);
        }

        return new TorchPrepared(_worker, _next);
    }
}
