using System.Text.Json;

namespace SpanRnn.Tests.Twin;

/// <summary>One of PyTorch's recorded trainings of the character model.</summary>
internal sealed class GoldenTrace
{
    public GoldenTrace(string file)
    {
        JsonElement entry = GoldenData.Index.Single(entry => entry.GetProperty("file").GetString() == file);
        Golden = new(GoldenData.PathOf(file));
        Optimizer = entry.GetProperty("optimizer").GetString()!;
        Steps = entry.GetProperty("steps_per_sequence").GetInt32();
        Rows = entry.GetProperty("batch").GetInt32();
        int[] hidden = [.. Enumerable.Repeat(entry.GetProperty("hidden").GetInt32(), entry.GetProperty("layers").GetInt32())];
        TwinCell cell = entry.GetProperty("kind").GetString() switch
        {
            "LSTM" => TwinCell.Lstm,
            "GRU" => TwinCell.Gru,
            _ => TwinCell.ElmanTanh,
        };
        Model = new(entry.GetProperty("vocab").GetInt32(), new(cell, entry.GetProperty("embedding").GetInt32(), hidden));
        Weights = Golden.Starting(strip: true, "initial.");
        Clip = entry.GetProperty("clip_grad_norm") is { ValueKind: JsonValueKind.Number } clip ? clip.GetDouble() : 1e9;
    }

    public static IEnumerable<string> Files =>
        from entry in GoldenData.Index
        where entry.TryGetProperty("training", out _)
        select entry.GetProperty("file").GetString();

    public int Steps { get; }

    public int Rows { get; }

    public string Optimizer { get; }

    public GoldenTensors Golden { get; }

    public TwinCharModel Model { get; }

    /// <summary>The weights, the initial ones until something trains them.</summary>
    public Dictionary<string, double[]> Weights { get; }

    public double Clip { get; }

    /// <summary>The loss of the current weights on the batch of one training step.</summary>
    public double Loss(int step) => Model.Loss(Weights, TimeMajor("x", step), TimeMajor("y", step), Steps, Rows);

    // The recorded batches are [step, B, T]; the twin is time-major.
    public int[] TimeMajor(string name, int step)
    {
        int[] tokens = new int[Steps * Rows];
        for (int t = 0; t < Steps; t++)
        {
            for (int b = 0; b < Rows; b++)
            {
                tokens[t * Rows + b] = (int)Golden[name][(step * Rows + b) * Steps + t];
            }
        }

        return tokens;
    }
}
