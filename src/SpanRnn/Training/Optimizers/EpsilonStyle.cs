namespace SpanRnn.Training.Optimizers;

/// <summary>Where an optimizer's epsilon is added: libraries differ, and so do their results.</summary>
public enum EpsilonStyle
{
    /// <summary>To the root, after any bias correction: sqrt(v / (1 - b2^t)) + eps.</summary>
    PyTorch,

    /// <summary>Adam: to the uncorrected root (the paper's epsilon-hat), sqrt(v) + eps. RMSprop and Adagrad: under it, sqrt(v + eps).</summary>
    Keras,
}
