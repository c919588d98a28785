namespace SpanRnn.Models;

/// <summary>How a decoder gets the context v: the encoder's final states, or the one vector of a model without an encoder.</summary>
[Flags]
public enum ContextUse
{
    /// <summary>Not at all: by attention alone.</summary>
    None = 0,

    /// <summary>As the initial states (Sutskever, Vinyals and Le 2014): see <see cref="BridgeKind"/>.</summary>
    InitialState = 1,

    /// <summary>Beside the input of the first step; zeros stand there afterwards.</summary>
    FirstStep = 2,

    /// <summary>Beside the input of every step (Cho et al. 2014).</summary>
    EveryStep = 4,
}
