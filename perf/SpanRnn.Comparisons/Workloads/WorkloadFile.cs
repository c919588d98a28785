using System.Runtime.InteropServices;

namespace SpanRnn.Comparisons.Workloads;

/// <summary>A workload's numbers in a file for a child process: float32 arrays, then int32 arrays, in the order below.</summary>
internal static class WorkloadFile
{
    public static void Write(string path, WorkloadData data)
    {
        using FileStream file = File.Create(path);
        foreach (LayerWeights p in data.Layers.SelectMany(layer => layer))
        {
            Put(file, p.W);
            Put(file, p.R);
            Put(file, p.InputBias);
            Put(file, p.RecurrentBias);
        }

        foreach (float[] array in (float[][])[data.X, data.H0, data.C0, data.OutputGradient, data.Embedding, data.Decoder, data.DecoderBias])
            Put(file, array);
        Put(file, data.Tokens);
        Put(file, data.Labels);
    }

    public static void Put<T>(Stream file, T[] values) where T : unmanaged => file.Write(MemoryMarshal.AsBytes<T>(values));
}
