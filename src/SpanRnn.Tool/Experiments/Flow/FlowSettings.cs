namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>What gradient-flow measures and trains.</summary>
internal sealed record FlowSettings
{
    /// <summary>T.</summary>
    public required int Steps { get; init; }

    /// <summary>H.</summary>
    public required int Hidden { get; init; }

    /// <summary>Sequences that norms are averaged over.</summary>
    public required int Batch { get; init; }

    /// <summary>What makes the exploding RNN explode: its recurrent weights are normal with deviation gain / sqrt(H).</summary>
    public required double Gain { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Updates of the trainings with and without clipping; 0: no trainings.</summary>
    public required long Iterations { get; init; }

    /// <summary>The norm that gradients are clipped to.</summary>
    public required double Clip { get; init; }

    /// <summary>Of plain gradient descent.</summary>
    public required double LearningRate { get; init; }
}
