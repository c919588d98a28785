namespace SpanRnn.Comparisons.Workloads;

/// <summary>Weights and inputs of a workload, the same for every contender, in PyTorch's layouts.</summary>
public sealed class WorkloadData
{
    /// <summary>By layer, then direction (forward, backward).</summary>
    public required LayerWeights[][] Layers { get; init; }

    /// <summary>[Windows, T, B, I]; empty for TrainCharLm.</summary>
    public required float[] X { get; init; }

    /// <summary>Initial states [L*D, B, H]; zeros in training.</summary>
    public required float[] H0 { get; init; }

    /// <summary>Initial cell states [L*D, B, H]; empty unless LSTM.</summary>
    public required float[] C0 { get; init; }

    /// <summary>TrainRecurrent: d loss / d Y [T, B, D*H].</summary>
    public float[] OutputGradient { get; init; } = [];

    /// <summary>TrainCharLm: [Classes, I].</summary>
    public float[] Embedding { get; init; } = [];

    /// <summary>Output layer [Classes, D*H].</summary>
    public float[] Decoder { get; init; } = [];

    /// <summary>Output layer's bias [Classes].</summary>
    public float[] DecoderBias { get; init; } = [];

    /// <summary>TrainCharLm: characters [Windows, T, B].</summary>
    public int[] Tokens { get; init; } = [];

    /// <summary>TrainCharLm: the next characters [Windows, T, B]; TrainMnist: labels [Windows, B].</summary>
    public int[] Labels { get; init; } = [];

    public static WorkloadData Of(Workload w)
    {
        SplitMix random = SplitMix.Of(w.Name);
        float radius = 1f / MathF.Sqrt(w.Hidden);
        int rows = w.Gates * w.Hidden, states = w.Layers * w.Directions * w.Batch * w.Hidden;
        var layers = new LayerWeights[w.Layers][];
        for (int l = 0; l < w.Layers; l++)
        {
            layers[l] = new LayerWeights[w.Directions];
            for (int d = 0; d < w.Directions; d++)
            {
                layers[l][d] = new LayerWeights(
                    random.Uniform((long)rows * w.InputOf(l), radius), random.Uniform((long)rows * w.Hidden, radius),
                    random.Uniform(rows, radius), random.Uniform(rows, radius));
            }
        }

        bool text = w.Mode == WorkMode.TrainCharLm;
        int positions = w.Windows * w.Steps * w.Batch, width = w.Hidden * w.Directions;
        return new WorkloadData
        {
            Layers = layers,
            X = text ? [] : random.Uniform((long)positions * w.Input, 1f),
            H0 = w.Trains ? new float[states] : random.Uniform(states, 0.5f),
            C0 = w.Kind != CellKind.Lstm ? [] : w.Trains ? new float[states] : random.Uniform(states, 0.5f),
            OutputGradient = w.Mode == WorkMode.TrainRecurrent ? random.Uniform((long)w.Steps * w.Batch * width, 0.1f) : [],
            Embedding = text ? random.Uniform((long)w.Classes * w.Input, 1.7f) : [],
            Decoder = random.Uniform((long)w.Classes * width, radius),
            DecoderBias = random.Uniform(w.Classes, radius),
            Tokens = text ? Draw(ref random, positions, w.Classes) : [],
            Labels = w.Classes == 0 ? [] : Draw(ref random, text ? positions : w.Windows * w.Batch, w.Classes),
        };
    }

    private static int[] Draw(ref SplitMix random, int count, int bound)
    {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) values[i] = random.Below(bound);
        return values;
    }
}
