namespace SpanRnn.Tool.Text;

/// <summary>What to make of a text before a model sees it. Characters are Unicode scalar values: a surrogate pair is one.</summary>
internal sealed record TextOptions
{
    /// <summary>Whether line breaks are removed; null: yes for the embedded text, as the tutorial does, no for a file.</summary>
    public bool? DropLineBreaks { get; init; }

    /// <summary>Take only this many characters from the start, counted after line breaks are dropped; null: all.</summary>
    public int? First { get; init; }

    /// <summary>Whether the last tenth is kept from training, to be measured on.</summary>
    public bool HoldOut { get; init; } = true;

    /// <summary>The fewest characters the training part may have: for sequences of T steps T + 1, as targets are one ahead.</summary>
    public int Minimum { get; init; } = 1;
}
