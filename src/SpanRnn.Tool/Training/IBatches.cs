using SpanRnn.Models;

namespace SpanRnn.Tool.Training;

/// <summary>Where batches come from. A position can be saved, and restored to go on with the same batches.</summary>
internal interface IBatches
{
    /// <summary>Whether a batch goes on where the one before it ended.</summary>
    bool CarriesState { get; }

    /// <summary>Where the next batch will come from.</summary>
    string Position { get; set; }

    /// <summary>Writes the next batch, time-major [T, B]; targets are one character ahead.</summary>
    /// <param name="tokens">Written.</param>
    /// <param name="targets">Written.</param>
    /// <param name="trainer">Whose states are forgotten where the text begins anew.</param>
    void Next(Span<int> tokens, Span<int> targets, Trainer trainer);
}
