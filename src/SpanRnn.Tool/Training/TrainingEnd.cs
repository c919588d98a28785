namespace SpanRnn.Tool.Training;

/// <summary>Why a training ended.</summary>
internal enum TrainingEnd
{
    /// <summary>All iterations are done.</summary>
    Complete,

    /// <summary>The time budget is spent.</summary>
    TimeUp,

    /// <summary>The validation part was not foreseen better for a while.</summary>
    NoLongerBetter,

    /// <summary>The user wants to stop; it can go on from a checkpoint.</summary>
    Interrupted,
}
