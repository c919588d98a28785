namespace SpanRnn.Models;

/// <summary>What is made of the numbers a of a model's head.</summary>
public enum OutputKind
{
    /// <summary>a itself: values, or logits.</summary>
    Raw,

    /// <summary>1 / (1 + exp(-a)), each number by itself: yes or no, or several labels at once.</summary>
    Sigmoid,

    /// <summary>exp(a) / sum exp(a) over the outputs of a row: one of several classes.</summary>
    Softmax,
}
