namespace SpanRnn.Models;

/// <summary>Which steps of a sequence the head sees: y is the last layer's output, [T, B, D x S].</summary>
public enum HeadInput
{
    /// <summary>Every step: N to N, as tagging and language models.</summary>
    EveryStep,

    /// <summary>The last valid step of each direction, h_n forward and h_n backward merged as outputs are: N to 1, as classification.</summary>
    LastStep,

    /// <summary>(y[0] + ... + y[n - 1]) / n over the n valid steps of each sequence; 0 where n = 0: N to 1.</summary>
    MeanSteps,

    /// <summary>max(y[0], ..., y[n - 1]), number by number, over the n valid steps of each sequence; 0 where n = 0: N to 1.</summary>
    /// <remarks>Among equals the first step counts: it alone gets the gradient.</remarks>
    MaxSteps,
}
