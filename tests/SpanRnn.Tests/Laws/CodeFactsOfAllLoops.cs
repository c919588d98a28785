using System.Text.RegularExpressions;
using SpanRnn.Tests.Support;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// Nowhere is arithmetic on a single vector a call, and no innermost loop over vectors of kernels or optimizers calls or spills.
/// </summary>
internal sealed partial class CodeFactsOfAllLoops : ICodeFact
{
    /// <summary>Type and method of the hot loops: each must be in the listing, with a loop.</summary>
    private static readonly string[] Hot =
    [
        "Tile:Run", "StreamStep`2[Lstm,Float32]:Pair", "StreamStep`2[Lstm,Float32]:Last[", "StreamStep`2[Lstm,Float32]:Finish",
        "StreamStep`2[GruResetAfter,Float32]:Pair", "StreamStep`2[GruResetAfter,Float32]:Last[", "StreamStep`2[GruResetAfter,Float32]:Finish",
        "StreamPanel`1[Float32]:Eight[", "StreamPanel`1[Float32]:Few[",
        "StreamStep`2[Elman`1[TanhActivation],Float32]:Finish", "StreamStep`2[Elman`1[ReluActivation],Float32]:Finish",
        "CellForward`1[Lstm]:Run", "CellForward`1[GruResetAfter]:Run", "CellForward`1[GruResetBefore]:Run",
        "CellForward`1[Elman`1[TanhActivation]]:Run", "CellForward`1[Elman`1[ReluActivation]]:Run", "CellGate`1[GruResetBefore]:Run",
        "CellBackward`1[Lstm]:Run", "CellBackward`1[GruResetAfter]:Run", "CellBackward`1[GruResetBefore]:Run",
        "CellBackward`1[Elman`1[TanhActivation]]:Run", "CellBackward`1[Elman`1[ReluActivation]]:Run", "CellGateBackward`1[GruResetBefore]:Run",
        "LayerPass`1[Lstm]:Run", "LayerPass`1[GruResetAfter]:Run", "LayerPass`1[GruResetBefore]:Run", "LayerPass`1[Elman`1[TanhActivation]]:Run",
        "AdamPass:Run",
    ];

    public IEnumerable<string> Differences(JitListing listing)
    {
        foreach (string name in Hot.Where(name => !listing.Of(name).Any(method => method.Loops.Count > 0)))
        {
            yield return $"{name}: expected a loop in the listing, found none.";
        }

        foreach (JitMethod method in listing.Methods)
        {
            foreach (string call in method.Calls.Where(call => OfOneVector().IsMatch(call)))
            {
                yield return $"{method.Name}: arithmetic on one vector is a call: {call}";
            }

            bool isHot = Hot.Any(name => method.Name.StartsWith(name, StringComparison.Ordinal));
            foreach (JitLoop loop in method.Loops.Where(loop => loop.MultiplyAdds > 0 || isHot && loop.Vectors > 0))
            {
                foreach (string line in loop.Calls.Concat(loop.Spills))
                {
                    yield return $"{method.Name}: a loop has a call or a spill: {line}, in{Environment.NewLine}{loop}";
                }
            }
        }
    }

    /// <summary>Vectors, activations, the cells' equations and the structs that hold their vectors.</summary>
    [GeneratedRegex(@"\[SpanRnn\.(Lanes\.(Lanes\d+|LaneMath):|Cells\.(Gates|State)`1\[|Cells\.[\w`]+(\[[\w.]+\])?:(Gate|Forward|(Gate)?Backward)\[)")]
    private static partial Regex OfOneVector();
}
