using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using SpanRnn.Comparisons.Contenders;

namespace SpanRnn.Comparisons.Peers.PyTorch;

/// <summary>A workload or a tutorial run living in the child process, known there by its number.</summary>
internal sealed class TorchPrepared(TorchWorker worker, int id) : IPrepared, ITutorialRun
{
    public float[] Check()
    {
        string path = Path.GetTempFileName();
        try
        {
            worker.Ask(new JsonObject { ["op"] = "check", ["id"] = id, ["path"] = path });
            return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
        }
        finally
        {
            File.Delete(path);
        }
    }

    public double Run(int iterations) => Seconds(Ask("run", "iterations", iterations));

    public (double Seconds, double Loss) Train(int iterations)
    {
        JsonObject answer = Ask("run", "iterations", iterations);
        return (Seconds(answer), answer["loss"]!.GetValue<double>());
    }

    public double Generate(int characters) => Seconds(Ask("generate", "characters", characters));

    public void Dispose() => worker.Ask(new JsonObject { ["op"] = "release", ["id"] = id });

    private JsonObject Ask(string op, string name, int count) => worker.Ask(new JsonObject { ["op"] = op, ["id"] = id, [name] = count });

    private static double Seconds(JsonObject answer) => answer["seconds"]!.GetValue<double>();
}
