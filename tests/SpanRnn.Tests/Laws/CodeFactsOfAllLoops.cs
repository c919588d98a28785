using System.Text.RegularExpressions;
using SpanRnn.Tests.Support;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// Nowhere is arithmetic on a single vector a call, and no innermost loop over vectors of kernels or optimizers calls or spills.
/// </summary>
/// <remarks>
/// But on 8 lanes the loops of cells with gates may put vectors aside: sixteen registers hold the gates or their constants. Kept from it
/// the compiler reads constants from memory instead, and an LSTM's cell takes 40 ns rather than 28.
/// </remarks>
internal sealed partial class CodeFactsOfAllLoops : ICodeFact
{
    /// <summary>Type and method of the hot loops: each must be in the listing, with a loop.</summary>
    private static readonly string[] Hot =
    [
        .. Formats.SelectMany(OfStreams),
        .. Cells.Select(cell => $"CellRows:Sweep[{cell},"),
        "CellBackward`1[Lstm]:Run", "CellBackward`1[GruResetAfter]:Run", "CellBackward`1[GruResetBefore]:Run",
        "CellBackward`1[Elman`1[TanhActivation]]:Run", "CellBackward`1[Elman`1[ReluActivation]]:Run", "CellGateBackward`1[GruResetBefore]:Run",
        "LayerPass`1[Lstm]:Run", "LayerPass`1[GruResetAfter]:Run", "LayerPass`1[GruResetBefore]:Run", "LayerPass`1[Elman`1[TanhActivation]]:Run",
        "AdamPass:Run",
    ];

    private static string[] Formats => ["Float32", "BFloat16", "Int8"];

    /// <summary>The loops of steps with a format's weights: of one sequence, and tiles for many.</summary>
    private static IEnumerable<string> OfStreams(string format) =>
    [
        .. Gated.SelectMany(cell => (string[])[$"StreamStep`2[{cell},{format}]:Pair[", $"StreamStep`2[{cell},{format}]:Finish"]),
        .. Gated.Select(cell => $"StreamStep`2[{cell},{format}]:{(cell == "Lstm" && format != "Int8" ? "SingleOfAllSlots" : "Single")}["),
        .. Plain.Select(cell => $"StreamStep`2[{cell},{format}]:Finish"),
        $"StreamPanel`1[{format}]:Eight[", $"StreamPanel`1[{format}]:Few[",
    ];

    private static string[] Gated => ["Lstm", "GruResetAfter", "GruResetBefore"];

    private static string[] Plain => ["Elman`1[TanhActivation]", "Elman`1[ReluActivation]"];

    private static string[] Cells => [.. Gated, .. Plain];

    /// <summary>Where the cells with gates are computed, apart from any product.</summary>
    private static IEnumerable<string> GatedCells => Gated.SelectMany(cell =>
        (string[])[$"CellRows:Sweep[{cell},", .. Formats.Select(format => $"StreamStep`2[{cell},{format}]:Finish[")]);

    public IEnumerable<string> Differences(JitListing listing)
    {
        string[] tiles = [.. Formats.Select(format => $"Tile:Run[Lanes{listing.Lanes},{format},"), $"JoinedTile:Run[Lanes{listing.Lanes},"];
        foreach (string name in tiles.Where(name => !listing.Of(name).Any(method => method.Loops.Count > 0)))
        {
            yield return $"{name}: expected a loop in the listing, found none.";
        }

        // In layers as small as these, narrow vectors alone copy columns of da.
        string[] hot = listing.Lanes < 16 ? [.. Hot, "RowsOfGradient:Copy["] : Hot;
        foreach (string name in hot.Where(name => !listing.Of(name).Any(method => method.Loops.Count > 0)))
        {
            yield return $"{name}: expected a loop in the listing, found none.";
        }

        foreach (JitMethod method in listing.Methods)
        {
            foreach (string call in method.Calls.Where(call => OfOneVector().IsMatch(call)))
            {
                yield return $"{method.Name}: arithmetic on one vector is a call: {call}";
            }

            bool isHot = hot.Any(name => method.Name.StartsWith(name, StringComparison.Ordinal));
            foreach (JitLoop loop in method.Loops.Where(loop => loop.MultiplyAdds > 0 || isHot && loop.Vectors > 0))
            {
                bool maySpill = listing.Lanes < 16 && GatedCells.Any(name => method.Name.StartsWith(name, StringComparison.Ordinal));
                foreach (string line in loop.Calls.Concat(maySpill ? [] : loop.Spills))
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
