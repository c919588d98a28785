using SpanRnn.Layers;

namespace SpanRnn.Tool.Training;

/// <summary>What a text of some size is trained with unless the user says otherwise; found by measuring.</summary>
internal static class DefaultSettings
{
    /// <summary>From so many characters on a text is read as parallel streams.</summary>
    public const int Large = 100_000;

    /// <summary>T: the tutorial's.</summary>
    public const int Steps = 50;

    /// <summary>The settings for so many characters to learn from.</summary>
    public static TrainingSettings For(CellKind cell, int characters) => characters >= Large ? OfLarge(cell) : OfSmall(cell);

    // 10,000 characters are learnt by heart within a hundred updates or two: strong decay and dropout delay that, and the
    // validation part says when to stop. The embedding is the tutorial's.
    private static TrainingSettings OfSmall(CellKind cell) => new()
    {
        Cell = cell,
        Embedding = 512,
        Hidden = 256,
        Layers = 2,
        Steps = Steps,
        Batch = 8,
        Order = DataOrder.Windows,
        Iterations = 400,
        LearningRate = 0.005,
        WeightDecay = 0.3,
        Clip = 1,
        Dropout = 0.5,
        Seed = 1,
        EvaluateEvery = 25,
        Patience = 8,
    };

    private static TrainingSettings OfLarge(CellKind cell) => OfSmall(cell) with
    {
        Embedding = 128,
        Batch = 32,
        Order = DataOrder.Streams,
        Iterations = 500,
        WeightDecay = 0.01,
        Dropout = 0.1,
        EvaluateEvery = 100,
    };
}
