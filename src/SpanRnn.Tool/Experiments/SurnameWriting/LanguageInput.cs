namespace SpanRnn.Tool.Experiments.SurnameWriting;

/// <summary>How a writer of names is told the language: the one vector of a 1 to N model, with a 1 in the language's place.</summary>
internal enum LanguageInput
{
    /// <summary>Beside the input of every step.</summary>
    Every,

    /// <summary>Beside the input of the first step.</summary>
    First,

    /// <summary>As the initial state, tanh(W v + b).</summary>
    State,

    /// <summary>Not at all: the vector is 0. What the language is worth is seen by it.</summary>
    None,
}
