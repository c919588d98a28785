namespace SpanRnn.Comparisons.Workloads;

/// <summary>What one timed call does.</summary>
public enum WorkMode
{
    /// <summary>One step of inference; the states of a call are the initial states of the next.</summary>
    Step,

    /// <summary>A whole sequence of inference, every call from the same initial states.</summary>
    Sequence,

    /// <summary>The recurrent layers alone: forward, then backward from a given gradient of the outputs.</summary>
    TrainRecurrent,

    /// <summary>Embedding, recurrent layers, linear layer at every step, cross-entropy, backward, Adam.</summary>
    TrainCharLm,

    /// <summary>Rows of an image, linear layer on the last step, cross-entropy, backward, Adam.</summary>
    TrainMnist,
}
