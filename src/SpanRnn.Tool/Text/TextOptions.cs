namespace SpanRnn.Tool.Text;

/// <summary>What to make of a text before a model sees it. Characters are Unicode scalar values: a surrogate pair is one.</summary>
internal sealed record TextOptions
{
    /// <summary>Whether line breaks are removed; null: yes for the embedded text, as the tutorial does, no for a file.</summary>
    public bool? DropLineBreaks { get; init; }

    /// <summary>Take only this many characters from the start, counted after line breaks are dropped; null: all.</summary>
    public int? First { get; init; }

    /// <summary>The part of the characters, at the end, that is kept from training, to be measured on; 0: none.</summary>
    public double HeldOut { get; init; } = 0.1;

    /// <summary>The fewest characters the training part may have: for sequences of T steps T + 1, as targets are one ahead.</summary>
    public int Minimum { get; init; } = 1;
}
