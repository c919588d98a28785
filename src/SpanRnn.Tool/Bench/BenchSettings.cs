using SpanRnn.Layers;

namespace SpanRnn.Tool.Bench;

/// <summary>What is measured, and for how long.</summary>
internal sealed record BenchSettings
{
    public const double UsualSeconds = 45;

    /// <summary>Of everything together, making models included.</summary>
    public double Seconds { get; init; } = UsualSeconds;

    /// <summary>Of the team that is held against one thread; 1: none.</summary>
    public int Threads { get; init; } = Math.Min(2, Environment.ProcessorCount);

    public IReadOnlyList<BenchSection> Sections { get; init; } = Enum.GetValues<BenchSection>();

    /// <summary>Cells of latency and flatness.</summary>
    public IReadOnlyList<CellKind> Cells { get; init; } = [CellKind.Lstm, CellKind.Gru, CellKind.Rnn];

    /// <summary>Units of the layers with one input whose latency is measured.</summary>
    public IReadOnlyList<int> LatencyUnits { get; init; } = [16, 32, 64, 128, 256, 512];

    /// <summary>Single steps of each layer at most, alone and as many again beside the garbage; where the time does not suffice there are fewer.</summary>
    public int MostSteps { get; init; } = 1_000_000;

    /// <summary>Units, and inputs, of LSTM layers in three formats.</summary>
    public IReadOnlyList<int> FormatUnits { get; init; } = [128, 512, 1024, 2048];

    /// <summary>Units, and inputs, of LSTM layers that many streams run through.</summary>
    public IReadOnlyList<int> StreamUnits { get; init; } = [128, 512];

    public IReadOnlyList<int> StreamCounts { get; init; } = [1, 2, 4, 8, 16, 32, 64, 128];

    /// <summary>Units of the layers with one input that silence and extremes come into.</summary>
    public int FlatnessUnits { get; init; } = 128;

    /// <summary>Silent steps before those measured in silence; fewer where a model is too slow for the time.</summary>
    public int SilentSteps { get; init; } = 100_000;

    /// <summary>Units, and inputs, of the LSTM layer whose single step a team shares.</summary>
    public int CoreStepUnits { get; init; } = 1024;

    /// <summary>Units of the two LSTM layers of the character model that a team trains: T = 50, batch 32.</summary>
    public int CoreTextUnits { get; init; } = 512;

    /// <summary>Units of the two LSTM layers that a team trains on rows of 28 numbers: T = 28, batch 100.</summary>
    public int CoreRowUnits { get; init; } = 128;

    /// <summary>Each section's part of the time, in the order of <see cref="BenchSection"/>; only those of <see cref="Sections"/> count.</summary>
    public IReadOnlyList<double> Parts { get; init; } = [0.5, 0.16, 0.12, 0.07, 0.15];
}
