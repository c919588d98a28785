namespace SpanRnn.Tool.Training;

/// <summary>In which order a text is read while training.</summary>
internal enum DataOrder
{
    /// <summary>Sequences that begin anywhere, from zero states: the tutorial's way, right for a small text.</summary>
    Windows,

    /// <summary>
    /// The text cut into as many parts as the batch has rows, each read from its beginning to its end with the state carried
    /// (truncated back-propagation through time): nothing is read twice before everything was read once.
    /// </summary>
    Streams,
}
