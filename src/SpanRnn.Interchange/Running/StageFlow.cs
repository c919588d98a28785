using SpanRnn.Layers;

namespace SpanRnn.Interchange.Running;

/// <summary>What all stages of a run share: the batch's shape and the model's own input, in packed rows.</summary>
internal readonly ref struct StageFlow(Timeline timeline, ReadOnlySpan<int> lengths, RowView input)
{
    public Timeline Timeline { get; } = timeline;

    /// <summary>As the user gave them.</summary>
    public ReadOnlySpan<int> Lengths { get; } = lengths;

    /// <summary>The model's input, a row for each packed row.</summary>
    public RowView Input { get; } = input;
}
