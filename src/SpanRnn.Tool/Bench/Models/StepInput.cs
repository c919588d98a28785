namespace SpanRnn.Tool.Bench.Models;

/// <summary>What steps read.</summary>
internal enum StepInput
{
    /// <summary>Usual numbers; or different tokens in turns.</summary>
    Lively,

    /// <summary>Zeros; or always the same token.</summary>
    Silent,

    /// <summary>1e20.</summary>
    Extreme,
}
