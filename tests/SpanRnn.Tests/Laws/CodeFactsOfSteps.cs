using SpanRnn.Tests.Support;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// A streaming step's loops over k: one broadcast, and a multiply-add for each vector of weights that reads it from memory itself; no register is copied. Around
/// them no call but that of the cells that end a group.
/// </summary>
internal sealed class CodeFactsOfSteps : ICodeFact
{
    public IEnumerable<string> Differences(JitListing listing)
    {
        string lanes = $"[Lanes{listing.Lanes}";
        (string Name, int Loops, int Vectors)[] expected =
        [
            ($"StreamStep`2[Lstm,Float32]:Pair{lanes}]", 2, 8),
            ($"StreamStep`2[Lstm,Float32]:SingleOfAllSlots{lanes}]", 2, 4),
            ($"StreamStep`2[GruResetAfter,Float32]:Pair{lanes}]", 2, 6),
            ($"StreamStep`2[GruResetAfter,Float32]:Single{lanes}]", 2, 3),
            ($"StreamPanel`1[Float32]:Eight{lanes}]", 1, 8),
            ($"StreamPanel`1[Float32]:Few{lanes},Four]", 1, 4),
            ($"StreamPanel`1[Float32]:Few{lanes},Three]", 1, 3),
            ($"StreamPanel`1[Float32]:Few{lanes},Two]", 1, 2),
            ($"StreamPanel`1[Float32]:Few{lanes},One]", 1, 1),
        ];
        return expected.SelectMany(fact => Differences(listing, fact.Name, fact.Loops, fact.Vectors));
    }

    private static IEnumerable<string> Differences(JitListing listing, string name, int loops, int vectors)
    {
        JitMethod[] methods = [.. listing.Of(name)];
        if (methods.Length != 1 || methods[0].Loops.Count != loops)
        {
            yield return $"{name}: expected one method with {loops} loops, found {methods.Length} with {methods.Sum(method => method.Loops.Count)}.";
            yield break;
        }

        foreach (string call in methods[0].Calls.Where(call => !call.Contains(":Finish[", StringComparison.Ordinal)))
        {
            yield return $"{name}: expected no call, found {call}";
        }

        foreach (JitLoop loop in methods[0].Loops)
        {
            if (loop.MultiplyAdds != vectors || loop.Broadcasts != 1 || loop.Loads != 0 || loop.Vectors != vectors + 1)
            {
                yield return $"{name}: expected {vectors} multiply-adds, 1 broadcast and no copy, found {loop.MultiplyAdds}, {loop.Broadcasts} "
                    + $"and {loop.Moves} of {loop.Vectors} vector instructions:{Environment.NewLine}{loop}";
            }
        }
    }
}
