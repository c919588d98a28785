namespace SpanRnn.Interchange.StateDicts;

/// <summary>A matrix named <c>weight</c>, with its <c>bias</c> if there is one: a linear layer [O, I], or an embedding [V, E].</summary>
/// <param name="Prefix">What stands before <c>weight</c>.</param>
/// <param name="Rows">O or V.</param>
/// <param name="Columns">I or E.</param>
/// <param name="HasBias">An embedding has none.</param>
internal sealed record MatrixModule(string Prefix, int Rows, int Columns, bool HasBias)
{
    /// <summary>Whether its name says that it is an embedding.</summary>
    public bool IsNamedEmbedding => !HasBias
        && Prefix.Contains("emb", StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"'{Prefix}weight' [{Rows}, {Columns}]";
}
