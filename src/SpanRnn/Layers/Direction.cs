namespace SpanRnn.Layers;

/// <summary>Which way through time the layers of a stack run.</summary>
public enum Direction
{
    /// <summary>From the first step to the last.</summary>
    Forward,

    /// <summary>From the last valid step of each sequence to the first. Outputs stand at the time of their input; final states are those after the first step.</summary>
    Reverse,

    /// <summary>Both, with weights of their own, their outputs merged after every layer.</summary>
    Bidirectional,
}
