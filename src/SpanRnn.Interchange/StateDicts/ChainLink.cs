namespace SpanRnn.Interchange.StateDicts;

/// <summary>A module of a state dict as a link of a chain: what it reads and what it gives.</summary>
/// <param name="Recurrent">Recurrent layers; null for a matrix.</param>
/// <param name="Matrix">A linear layer or an embedding; null for recurrent layers.</param>
/// <param name="IsEmbedding">Whether the matrix is a table of tokens.</param>
internal sealed record ChainLink(RecurrentModule? Recurrent, MatrixModule? Matrix, bool IsEmbedding = false)
{
    /// <summary>Numbers it reads; a table reads tokens, so nothing can stand before it.</summary>
    public int Inputs => Recurrent?.Options.InputSize ?? (IsEmbedding ? 0 : Matrix!.Columns);

    /// <summary>Numbers it gives.</summary>
    public int Outputs => Recurrent?.Options.OutputSize ?? (IsEmbedding ? Matrix!.Columns : Matrix!.Rows);

    /// <summary>Its name in the file.</summary>
    public string Prefix => Recurrent?.Prefix ?? Matrix!.Prefix;

    public override string ToString() => Recurrent is not null ? $"{Recurrent}" : $"{Matrix}";
}
