namespace SpanRnn.Comparisons.Workloads;

/// <summary>One row of a table: the same task for every contender.</summary>
public sealed record Workload(
    string Table, string Name, CellKind Kind, int Input, int Hidden, int Layers, int Directions, int Steps, int Batch, WorkMode Mode)
{
    public Target Target { get; init; } = Target.None;

    /// <summary>Distinct characters (TrainCharLm) or classes (TrainMnist); 0 where there is no output layer.</summary>
    public int Classes { get; init; }

    /// <summary>Adam's learning rate, where there is an optimizer.</summary>
    public float LearningRate { get; init; }

    /// <summary>Different inputs a training workload cycles through, so that it does not learn one by heart and reach denormals.</summary>
    public int Windows => Mode is WorkMode.TrainCharLm or WorkMode.TrainMnist ? 16 : 1;

    public int Gates => Kind switch { CellKind.Lstm => 4, CellKind.Gru => 3, _ => 1 };

    public bool Trains => Mode >= WorkMode.TrainRecurrent;

    /// <summary>Steps run before the outputs of a Step workload are compared: enough to see the states carried.</summary>
    public const int CheckSteps = 8;

    /// <summary>Training steps whose losses are compared.</summary>
    public const int CheckLosses = 4;

    public int InputOf(int layer) => layer == 0 ? Input : Hidden * Directions;

    /// <summary>Numbers in the recurrent layers' matrices, without biases.</summary>
    public long RecurrentWeights
    {
        get
        {
            long sum = 0;
            for (int l = 0; l < Layers; l++) sum += (long)Directions * Gates * Hidden * (InputOf(l) + Hidden);
            return sum;
        }
    }

    /// <summary>Every trained number, biases, embedding and output layer included.</summary>
    public long Parameters => RecurrentWeights + (2L * Layers * Directions * Gates * Hidden)
        + (long)Classes * ((Hidden * Directions) + 1) + (Mode == WorkMode.TrainCharLm ? (long)Classes * Input : 0);
}
