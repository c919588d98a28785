namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>What a primitive is made for, in the numbers of oneDNN's C API.</summary>
internal enum DnnPass
{
    /// <summary>Forward, keeping what backward needs.</summary>
    Training = 64,

    /// <summary>Forward, keeping nothing.</summary>
    Inference = 96,

    /// <summary>Every gradient.</summary>
    Backward = 128,
}
