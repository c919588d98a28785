namespace SpanRnn.Interchange.StateDicts;

/// <summary>
/// The order of a state dict's modules, which the dictionary itself does not tell: the one order in which each module reads as many
/// numbers as the one before gives, an embedding only as the first. Where sizes allow several, the file's order decides if it is one.
/// </summary>
internal static class Chain
{
    private const int MostModules = 12;

    /// <summary>The links from input to output, or null and the reason.</summary>
    public static IReadOnlyList<ChainLink>? Find(StateDictModules modules, out string reason)
    {
        if (modules.Recurrents.Count == 0)
        {
            reason = "it has no recurrent layers";
            return null;
        }

        if (modules.Others.FirstOrDefault(ModuleNames.LooksLikeWeights) is { } other)
        {
            reason = $"'{other}' belongs to no module that is known";
            return null;
        }

        if (modules.Recurrents.Count + modules.Matrices.Count > MostModules)
        {
            reason = $"it has {modules.Recurrents.Count + modules.Matrices.Count} modules, at most {MostModules} are put in order by their sizes";
            return null;
        }

        // Modules in the file's order, so that the first order found is the one nearest to it.
        ChainLink[] links =
        [
            .. modules.Recurrents.Select(module => new ChainLink(module, null))
                .Concat(modules.Matrices.Select(module => new ChainLink(null, module, module.IsNamedEmbedding)))
                .OrderBy(link => modules.PlaceOf(link.Prefix)),
        ];
        var found = new List<ChainLink[]>();
        Search(links, new bool[links.Length], [], found);
        reason = found.Count switch
        {
            0 => $"no order fits the sizes of its modules: {string.Join(", ", (IEnumerable<ChainLink>)links)}",
            1 => "",
            _ => found[0].Select(link => link.Prefix).SequenceEqual(links.Select(link => link.Prefix))
                ? "" : $"the sizes of its modules fit in more than one order: {string.Join(", ", (IEnumerable<ChainLink>)links)}",
        };
        return reason.Length == 0 ? found[0] : null;
    }

    // Depth first; two orders are enough to know that there is not one.
    private static void Search(ChainLink[] links, bool[] used, List<ChainLink> chain, List<ChainLink[]> found)
    {
        if (chain.Count == links.Length)
        {
            found.Add([.. chain]);
            return;
        }

        for (int i = 0; i < links.Length && found.Count < 2; i++)
        {
            if (used[i])
            {
                continue;
            }

            used[i] = true;
            foreach (ChainLink link in Readings(links[i], isFirst: chain.Count == 0))
            {
                if (found.Count < 2 && (chain.Count == 0 || (!link.IsEmbedding && link.Inputs == chain[^1].Outputs)))
                {
                    chain.Add(link);
                    Search(links, used, chain, found);
                    chain.RemoveAt(chain.Count - 1);
                }
            }

            used[i] = false;
        }
    }

    // A matrix alone, with no name that tells, may be a table or a layer without bias; only the first can be a table.
    private static IEnumerable<ChainLink> Readings(ChainLink link, bool isFirst)
    {
        if (isFirst && link.Matrix is { HasBias: false, IsNamedEmbedding: false })
        {
            yield return link with { IsEmbedding = true };
        }

        yield return link;
    }
}
